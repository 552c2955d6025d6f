-- Mark the days of the facts that mature as the horizon moves to $1: inferred cases and survey answers that are a week
-- old, recorded cases of the ages that figures judge (case_ages), lost contacts that are a day old (index contact_unmet), and callbacks that are due (index
-- callback_due; a promise without a callback row is due after a day).
INSERT INTO dirty_day (site_id, day, change)
SELECT c.site_id, c.day, 'case'
FROM data_state AS s
JOIN contact_case AS c
  ON c.opened_at > s.horizon - interval '7 days'
  AND c.opened_at <= $1::timestamptz - interval '7 days'
UNION
SELECT v.site_id, v.day, 'survey'
FROM data_state AS s
JOIN survey_fact AS v
  ON v.answered_at > s.horizon - interval '7 days'
  AND v.answered_at <= $1::timestamptz - interval '7 days'
  AND v.dissatisfied
UNION
SELECT c.site_id, c.day, CASE WHEN c.outcome_id = 8 THEN 'callback' ELSE 'standing' END
FROM data_state AS s
JOIN contact AS c
  ON c.offered_at > s.horizon - interval '1 day'
  AND c.offered_at <= $1::timestamptz - interval '1 day'
  AND c.day BETWEEN
    (GREATEST(s.horizon, '1970-01-03 00:00+00') AT TIME ZONE 'UTC')::date - 3 AND ($1::timestamptz AT TIME ZONE 'UTC')::date
WHERE c.outcome_id IN (3, 4, 5, 8)
  AND NOT c.outbound
  AND c.parent_id IS NULL
UNION
SELECT b.site_id, b.day, 'callback'
FROM data_state AS s
JOIN callback AS b
  ON b.due_at > s.horizon
  AND b.due_at <= $1::timestamptz
UNION
SELECT c.site_id, c.day, 'step'
FROM data_state AS s
CROSS JOIN unnest(case_ages()) AS a (age)
JOIN case_step AS c
  ON c.happened_at > greatest(s.horizon, s.case_horizon) - a.age
  AND c.happened_at <= $1::timestamptz - a.age
