-- Inferred cases: the steps of their computation. case/fresh.sql derives the cases.

-- name: stage
-- Make the working tables of one transaction.
CREATE TEMPORARY TABLE touched_customer (customer_id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMPORARY TABLE fresh_case (LIKE contact_case) ON COMMIT DROP;
CREATE TEMPORARY TABLE changed_case (change text, LIKE contact_case) ON COMMIT DROP

-- name: lock
-- Lock the customers of a batch until the end of the transaction (index dirty_customer_customer), and return their
-- blocks. A block is $2 consecutive customers. The lowest blocks with marks that no other worker has locked are taken:
-- as many as hold $3 marked customers, and at most $4.
WITH RECURSIVE visited AS (
  SELECT -1::bigint AS block, false AS ours, 0::bigint AS customers, 0 AS blocks
  UNION ALL
  SELECT
    n.block, l.ours, v.customers + m.customers, v.blocks + CASE WHEN l.ours THEN 1 ELSE 0 END
  FROM visited AS v
  CROSS JOIN LATERAL (
    SELECT min(d.customer_id) / $2::bigint AS block FROM dirty_customer AS d WHERE d.customer_id >= (v.block + 1) * $2
  ) AS n
  CROSS JOIN LATERAL (SELECT pg_try_advisory_xact_lock($1::int, n.block::int) AS ours) AS l
  CROSS JOIN LATERAL (
    SELECT count(DISTINCT d.customer_id) AS customers
    FROM dirty_customer AS d
    WHERE l.ours AND d.customer_id >= n.block * $2 AND d.customer_id < (n.block + 1) * $2
  ) AS m
  WHERE v.customers < $3::bigint
    AND v.blocks < $4::int
    AND n.block IS NOT NULL
)
SELECT v.block
FROM visited AS v
WHERE v.ours

-- name: claim
-- Take the customers of the blocks $1 whose contacts changed, with all their marks (index dirty_customer_customer).
WITH taken AS (
  DELETE FROM dirty_customer AS d
  USING unnest($1::bigint[]) AS b (block)
  WHERE d.customer_id >= b.block * $2::bigint
    AND d.customer_id < (b.block + 1) * $2
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
-- Insert the new cases, in the order of the primary key: its pages are then written one after the other.
INSERT INTO contact_case
SELECT
  c.customer_id, c.moment_id, c.opened_at, c.source_id, c.contact_id, c.day, c.quarter, c.last_at,
  c.site_id, c.segment_id, c.channel_id, c.reason_id, c.team_id, c.agent_id, c.contacts, c.attempts, c.flagged,
  c.channels
FROM changed_case AS c
WHERE c.change = 'new'
ORDER BY c.customer_id, c.moment_id, c.opened_at
