-- The horizon is about to move to $1: mark the days of the cases, and of the answers, that were judged mature or not by it.
INSERT INTO dirty_day (site_id, day)
SELECT c.site_id, c.day
FROM data_state AS s
JOIN contact_case AS c
  ON c.opened_at > s.horizon - interval '7 days'
  AND c.opened_at <= $1::timestamptz - interval '7 days'
UNION
SELECT v.site_id, v.day
FROM data_state AS s
JOIN survey_fact AS v
  ON v.answered_at > s.horizon - interval '7 days'
  AND v.answered_at <= $1::timestamptz - interval '7 days'
  AND v.dissatisfied
