-- Compute the shifts that agents worked in the spans. A shift begins where no login time lies within the four hours
-- before. It belongs to the site and team that had most of its first quarter-hour.
INSERT INTO fresh_worked_shift
WITH quarter AS (
  SELECT
    p.agent_id, p.starts AS span, t.bucket,
    (array_agg(t.site_id ORDER BY t.login DESC, t.site_id, t.team_id))[1] AS site_id,
    (array_agg(t.team_id ORDER BY t.login DESC, t.site_id, t.team_id))[1] AS team_id,
    sum(t.login) AS login, coalesce(sum(t.oc), 0) AS oc, coalesce(sum(t.idle), 0) AS idle
  FROM worked_span AS p
  JOIN agent_time AS t ON t.agent_id = p.agent_id AND t.bucket >= p.starts AND t.bucket < p.ends
  WHERE t.login > 0
  GROUP BY 1, 2, 3
), opening AS (
  SELECT
    q.*,
    (q.bucket - lag(q.bucket) OVER w < interval '4 hours 15 minutes') IS NOT TRUE AS opens
  FROM quarter AS q
  WINDOW w AS (PARTITION BY q.agent_id, q.span ORDER BY q.bucket)
), numbered AS (
  SELECT o.*, count(*) FILTER (WHERE o.opens) OVER (PARTITION BY o.agent_id, o.span ORDER BY o.bucket) AS number
  FROM opening AS o
), shift AS (
  SELECT
    agent_id, min(bucket) AS started_at, max(bucket) + interval '15 minutes' AS ended_at,
    (array_agg(site_id ORDER BY bucket))[1] AS site_id, (array_agg(team_id ORDER BY bucket))[1] AS team_id,
    sum(login) AS login, sum(oc) AS oc, sum(idle) AS idle
  FROM numbered
  GROUP BY agent_id, span, number
)
SELECT
  f.agent_id, f.started_at, f.ended_at, f.site_id, f.team_id, l.wall::date,
  (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint,
  f.login, f.oc, f.idle
FROM shift AS f
JOIN site AS s ON s.site_id = f.site_id
CROSS JOIN LATERAL (SELECT f.started_at AT TIME ZONE s.zone AS wall) AS l
