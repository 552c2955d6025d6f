-- Inferred cases: the steps of their computation. case/fresh.sql derives the cases.

-- name: stage
-- Make the working tables of one transaction.
CREATE TEMPORARY TABLE touched_customer (customer_id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMPORARY TABLE fresh_case (LIKE contact_case) ON COMMIT DROP;
CREATE TEMPORARY TABLE changed_case (change text, LIKE contact_case) ON COMMIT DROP

-- name: claim
-- Take up to $1 customers whose contacts changed, with all their marks (index dirty_customer_customer). The customers
-- with the lowest numbers are taken: an upper bound then selects their marks, so the planner needs no join over a table
-- that has just grown by millions.
WITH bound AS (
  SELECT max(c.customer_id) AS customer_id
  FROM (
    SELECT DISTINCT d.customer_id
    FROM dirty_customer AS d
    ORDER BY d.customer_id
    LIMIT $1
  ) AS c
),
taken AS (
  DELETE FROM dirty_customer AS d
  WHERE d.customer_id <= (SELECT b.customer_id FROM bound AS b)
  RETURNING d.customer_id
)
INSERT INTO touched_customer
SELECT DISTINCT t.customer_id
FROM taken AS t

-- name: changed
-- Find the cases that are new or gone, compared in every column. Unchanged cases are left alone.
INSERT INTO changed_case
SELECT 'new' AS change, n.*
FROM (
  SELECT f.* FROM fresh_case AS f
  EXCEPT
  SELECT c.* FROM contact_case AS c JOIN touched_customer AS t ON t.customer_id = c.customer_id
) AS n
UNION ALL
SELECT 'gone', g.*
FROM (
  SELECT c.* FROM contact_case AS c JOIN touched_customer AS t ON t.customer_id = c.customer_id
  EXCEPT
  SELECT f.* FROM fresh_case AS f
) AS g

-- name: mark
-- Mark the days whose cases changed for the refresh.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT c.site_id, c.day, 'case'
FROM changed_case AS c

-- name: replace
-- Delete the cases that are gone, or that will be inserted with changes.
WITH removed AS (
  DELETE FROM contact_case AS o
  USING changed_case AS c
  WHERE c.change = 'gone'
    AND o.customer_id = c.customer_id
    AND o.moment_id = c.moment_id
    AND o.opened_at = c.opened_at
    AND o.source_id = c.source_id
    AND o.contact_id = c.contact_id
  RETURNING 1
)
SELECT count(*) FROM removed

-- name: insert
-- Insert the new cases.
INSERT INTO contact_case
SELECT
  c.customer_id, c.moment_id, c.opened_at, c.source_id, c.contact_id, c.day, c.quarter, c.last_at,
  c.site_id, c.segment_id, c.channel_id, c.reason_id, c.team_id, c.agent_id, c.contacts, c.attempts, c.flagged,
  c.channels
FROM changed_case AS c
WHERE c.change = 'new'
