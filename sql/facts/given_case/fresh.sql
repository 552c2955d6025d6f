-- Derive the steps of the cases in touched_case from their present rows, reopenings and contacts. A run ends with its
-- resolution, or without one with its closing.
INSERT INTO fresh_step (
  source_id, case_id, run, step, happened_at, day, quarter, customer_id, site_id, segment_id, channel_id, moment_id, reason_id, team_id,
  agent_id, opened_at, ended_at, flow, settled, first, reopened, seconds, contacts, attempts, seconds_open,
  answered_after, answered_after_open, resolved_after, status
)
WITH run AS (
  SELECT g.source_id, g.case_id, 0::smallint AS number, g.opened_at AS began_at, g.resolved_at, g.closed_at
  FROM touched_case AS t
  JOIN given_case AS g USING (source_id, case_id)
  UNION ALL
  SELECT r.source_id, r.case_id, r.number, r.reopened_at, r.resolved_at, r.closed_at
  FROM touched_case AS t
  JOIN case_reopening AS r USING (source_id, case_id)
),
judged AS (
  SELECT
    r.*,
    r.number = max(r.number) OVER w AS is_last,
    r.number IS NOT DISTINCT FROM min(r.number) FILTER (WHERE r.resolved_at IS NOT NULL) OVER w AS is_first_resolved
  FROM run AS r
  WINDOW w AS (PARTITION BY r.source_id, r.case_id)
),
known AS (
  SELECT
    j.*,
    max(j.resolved_at) FILTER (WHERE j.is_last) OVER w AS finally_resolved_at,
    max(j.closed_at) FILTER (WHERE j.is_last) OVER w AS finally_closed_at
  FROM judged AS j
  WINDOW w AS (PARTITION BY j.source_id, j.case_id)
)
SELECT
  k.source_id, k.case_id, k.number, s.step, s.happened_at, l.wall::date,
  (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint,
  f.customer_id, f.site_id, f.segment_id, f.channel_id, f.moment_id, f.reason_id, f.team_id, f.agent_id, f.opened_at,
  CASE WHEN s.step IN (1, 3) THEN coalesce(k.resolved_at, k.closed_at) END,
  s.flow,
  s.settled,
  s.step = 2 AND k.is_first_resolved,
  s.step = 2 AND NOT k.is_last,
  CASE WHEN s.step = 2 AND s.settled THEN extract(epoch FROM s.happened_at - f.opened_at) END,
  CASE WHEN s.step = 2 AND s.settled THEN f.contacts END,
  CASE WHEN s.step = 2 AND s.settled THEN f.attempts END,
  o.seconds,
  CASE WHEN s.step = 1 THEN extract(epoch FROM f.answered_at - f.opened_at) END,
  a.seconds,
  CASE WHEN s.step = 1 THEN extract(epoch FROM k.finally_resolved_at - f.opened_at) END,
  CASE WHEN s.step = 1 THEN CASE WHEN k.finally_resolved_at IS NOT NULL THEN 2 WHEN k.finally_closed_at IS NOT NULL THEN 3 ELSE 1 END END
FROM known AS k
JOIN given_case_fact AS f ON f.source_id = k.source_id AND f.case_id = k.case_id
JOIN site AS i ON i.site_id = f.site_id
CROSS JOIN LATERAL (
  VALUES
    (CASE WHEN k.number = 0 THEN 1 ELSE 3 END::smallint, k.began_at, 1::smallint, k.number = 0 AND k.finally_resolved_at IS NOT NULL),
    (2::smallint, k.resolved_at, (-1)::smallint, k.is_last),
    (4::smallint, k.closed_at, CASE WHEN k.resolved_at IS NULL THEN -1 ELSE 0 END::smallint, false)
) AS s (step, happened_at, flow, settled)
CROSS JOIN LATERAL (SELECT s.happened_at AT TIME ZONE i.zone AS wall OFFSET 0) AS l
LEFT JOIN LATERAL open_time(f.site_id, f.opened_at, s.happened_at) AS o ON s.step = 2 AND s.settled
LEFT JOIN LATERAL open_time(f.site_id, f.opened_at, f.answered_at) AS a ON s.step = 1 AND f.answered_at IS NOT NULL
WHERE s.happened_at IS NOT NULL
