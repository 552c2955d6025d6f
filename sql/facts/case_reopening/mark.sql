-- Mark the effects of the batch as given_case.sql:mark does, for reopenings: the horizon, the steps that mature, and
-- the cases.
SELECT FROM data_state FOR UPDATE;
SELECT pg_advisory_xact_lock(hashtext('cadran horizon'));
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT s.site_id, s.day, 'step'
FROM data_state AS d
CROSS JOIN (SELECT max(greatest(reopened_at, resolved_at, closed_at)) AS horizon FROM ready_case_reopening) AS r
CROSS JOIN unnest(case_ages()) AS a (age)
JOIN case_step AS s
  ON s.happened_at > greatest(d.horizon, d.case_horizon) - a.age
  AND s.happened_at <= r.horizon - a.age;
UPDATE data_state
SET case_horizon = greatest(case_horizon, (SELECT max(greatest(reopened_at, resolved_at, closed_at)) FROM ready_case_reopening));
INSERT INTO dirty_case (source_id, case_id)
SELECT DISTINCT source_id, case_id FROM ready_case_reopening
