-- Recorded cases: their marks, and the computation of their steps. given_case/fresh.sql derives the steps.

-- name: mark
-- Mark the effects of the batch: move the horizon of cases to the last instant of its rows, mark the days of the steps
-- that mature by this, and mark the cases themselves. The row of data_state is locked before the horizon, as in loads
-- of contacts.
SELECT FROM data_state FOR UPDATE;
SELECT pg_advisory_xact_lock(hashtext('cadran horizon'));
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT s.site_id, s.day, 'step'
FROM data_state AS d
CROSS JOIN (SELECT max(greatest(opened_at, answered_at, resolved_at, closed_at)) AS horizon FROM ready_given_case) AS r
CROSS JOIN unnest(case_ages()) AS a (age)
JOIN case_step AS s
  ON s.happened_at > greatest(d.horizon, d.case_horizon) - a.age
  AND s.happened_at <= r.horizon - a.age;
UPDATE data_state
SET case_horizon = greatest(
  case_horizon, (SELECT max(greatest(opened_at, answered_at, resolved_at, closed_at)) FROM ready_given_case));
INSERT INTO dirty_case (source_id, case_id)
SELECT source_id, case_id FROM ready_given_case

-- name: mark_rezoned
-- Mark the cases of the sites $1 (codes), whose zone changed.
INSERT INTO dirty_case (source_id, case_id)
SELECT g.source_id, g.case_id
FROM given_case AS g
JOIN site AS s ON s.site_id = g.site_id
WHERE s.code = ANY ($1::text[])

-- name: stage
-- Make the working tables of one transaction.
CREATE TEMPORARY TABLE touched_case (source_id smallint, case_id text, PRIMARY KEY (source_id, case_id)) ON COMMIT DROP;
CREATE TEMPORARY TABLE fresh_step (LIKE case_step) ON COMMIT DROP;
CREATE TEMPORARY TABLE changed_step (change text, LIKE case_step) ON COMMIT DROP

-- name: claim
-- Take up to $1 marks of cases. Several marks of one case count once. Marks that are made meanwhile stay for the next
-- turn.
WITH taken AS (
  DELETE FROM dirty_case
  WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM dirty_case AS d LIMIT $1))
  RETURNING source_id, case_id
)
INSERT INTO touched_case
SELECT DISTINCT t.source_id, t.case_id
FROM taken AS t

-- name: touch_all
-- Note every case, and every case that has left steps behind.
INSERT INTO touched_case
SELECT g.source_id, g.case_id FROM given_case AS g
UNION
SELECT s.source_id, s.case_id FROM case_step AS s

-- name: changed
-- Find the steps that are new or gone, compared in every column. Unchanged steps are left alone.
INSERT INTO changed_step
SELECT 'new' AS change, n.*
FROM (
  SELECT f.* FROM fresh_step AS f
  EXCEPT
  SELECT s.* FROM case_step AS s JOIN touched_case AS t ON t.source_id = s.source_id AND t.case_id = s.case_id
) AS n
UNION ALL
SELECT 'gone', g.*
FROM (
  SELECT s.* FROM case_step AS s JOIN touched_case AS t ON t.source_id = s.source_id AND t.case_id = s.case_id
  EXCEPT
  SELECT f.* FROM fresh_step AS f
) AS g

-- name: mark_days
-- Mark the days whose steps changed for the refresh.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT c.site_id, c.day, 'step'
FROM changed_step AS c

-- name: replace
-- Delete the steps that are gone, or that will be inserted with changes.
DELETE FROM case_step AS s
USING changed_step AS c
WHERE c.change = 'gone'
  AND s.source_id = c.source_id
  AND s.case_id = c.case_id
  AND s.run = c.run
  AND s.step = c.step

-- name: insert
-- Insert the new steps.
INSERT INTO case_step (
  source_id, case_id, run, step, happened_at, day, quarter, customer_id, site_id, segment_id, channel_id, moment_id, reason_id, team_id,
  agent_id, opened_at, ended_at, flow, settled, first, reopened, seconds, contacts, attempts, seconds_open,
  answered_after, answered_after_open, resolved_after, status
)
SELECT
  c.source_id, c.case_id, c.run, c.step, c.happened_at, c.day, c.quarter, c.customer_id, c.site_id, c.segment_id, c.channel_id, c.moment_id,
  c.reason_id, c.team_id, c.agent_id, c.opened_at, c.ended_at, c.flow, c.settled, c.first, c.reopened, c.seconds, c.contacts, c.attempts,
  c.seconds_open, c.answered_after, c.answered_after_open, c.resolved_after, c.status
FROM changed_step AS c
WHERE c.change = 'new'
