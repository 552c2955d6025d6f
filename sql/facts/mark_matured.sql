-- The horizon is about to move to $1: mark the days of the cases that were judged mature or not by it, inferred and given ones.
INSERT INTO dirty_day (site_id, day)
SELECT c.site_id, c.day
FROM data_state AS s
JOIN contact_case AS c
  ON c.opened_at > s.horizon - interval '7 days'
  AND c.opened_at <= $1::timestamptz - interval '7 days'
UNION
SELECT c.site_id, c.day
FROM data_state AS s
JOIN case_step AS c
  ON c.happened_at > greatest(s.horizon, s.case_horizon) - interval '7 days'
  AND c.happened_at <= $1::timestamptz - interval '7 days'
