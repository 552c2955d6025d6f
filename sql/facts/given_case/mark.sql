-- Mark the effects of the batch: move the horizon of cases to the last instant of its rows, mark the days of the steps
-- that mature by this, and mark the cases themselves. The row of data_state is locked before the horizon, as in loads
-- of contacts.
SELECT FROM data_state FOR UPDATE;
SELECT pg_advisory_xact_lock(hashtext('cadran horizon'));
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT s.site_id, s.day, 'step'
FROM data_state AS d
CROSS JOIN (SELECT max(greatest(opened_at, answered_at, resolved_at, closed_at)) AS horizon FROM ready_given_case) AS r
JOIN case_step AS s
  ON s.happened_at > greatest(d.horizon, d.case_horizon) - interval '7 days'
  AND s.happened_at <= r.horizon - interval '7 days';
UPDATE data_state
SET case_horizon = greatest(
  case_horizon, (SELECT max(greatest(opened_at, answered_at, resolved_at, closed_at)) FROM ready_given_case));
INSERT INTO dirty_case (source_id, case_id)
SELECT source_id, case_id FROM ready_given_case
