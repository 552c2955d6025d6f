-- Compute the planned shifts of the spans that are over, with how late the agent logged in and how early out. A shift
-- runs from its first planned work to its last. Its parts (breaks, trainings and meetings included) lie less than four
-- hours apart. Absences are cut out.
INSERT INTO fresh_planned_shift
WITH plan AS (
  SELECT
    p.agent_id, p.starts AS span,
    coalesce(range_agg(tstzrange(a.starts_at, a.ends_at)) FILTER (WHERE a.activity = 'work'), '{}') AS work,
    coalesce(range_agg(tstzrange(a.starts_at, a.ends_at)) FILTER (WHERE a.activity IN ('break', 'training', 'meeting')), '{}') AS inside,
    coalesce(range_agg(tstzrange(a.starts_at, a.ends_at)) FILTER (WHERE a.activity = 'absence'), '{}') AS absence
  FROM planned_span AS p
  JOIN agent_schedule AS a
    ON a.agent_id = p.agent_id
    AND a.starts_at < p.ends
    AND a.starts_at > p.starts - interval '24 hours'
    AND a.ends_at > p.starts
  GROUP BY 1, 2
), present AS (
  SELECT agent_id, span, unnest(work + inside - absence) AS stretch FROM plan
), opening AS (
  SELECT
    p.*,
    (lower(p.stretch) - lag(upper(p.stretch)) OVER w < interval '4 hours') IS NOT TRUE AS opens
  FROM present AS p
  WINDOW w AS (PARTITION BY p.agent_id, p.span ORDER BY lower(p.stretch))
), numbered AS (
  SELECT o.*, count(*) FILTER (WHERE o.opens) OVER (PARTITION BY o.agent_id, o.span ORDER BY lower(o.stretch)) AS number
  FROM opening AS o
), working AS (
  SELECT agent_id, span, unnest(work - inside - absence) AS stretch FROM plan
), shift AS (
  SELECT n.agent_id, min(lower(w.stretch)) AS starts_at, max(upper(w.stretch)) AS ends_at
  FROM numbered AS n
  JOIN working AS w ON w.agent_id = n.agent_id AND w.span = n.span AND w.stretch <@ n.stretch
  GROUP BY n.agent_id, n.span, n.number
)
SELECT
  f.agent_id, f.starts_at, f.ends_at, o.site_id, o.team_id, l.wall::date,
  (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint,
  EXTRACT(EPOCH FROM g.first_login - f.starts_at), EXTRACT(EPOCH FROM f.ends_at - g.last_login)
FROM shift AS f
CROSS JOIN LATERAL (
  SELECT a.site_id, a.team_id
  FROM agent_schedule AS a
  WHERE a.agent_id = f.agent_id
    AND a.activity = 'work'
    AND a.starts_at <= f.starts_at
    AND a.starts_at > f.starts_at - interval '24 hours'
    AND a.ends_at > f.starts_at
  ORDER BY a.starts_at DESC, a.source_id
  LIMIT 1
) AS o
JOIN site AS s ON s.site_id = o.site_id
JOIN agent_time_horizon AS h ON h.site_id = o.site_id AND f.ends_at <= h.horizon
CROSS JOIN LATERAL (SELECT f.starts_at AT TIME ZONE s.zone AS wall) AS l
CROSS JOIN LATERAL (
  SELECT min(greatest(e.started_at, f.starts_at)) AS first_login, max(least(e.until, f.ends_at)) AS last_login
  FROM agent_state_span AS e
  WHERE e.agent_id = f.agent_id
    AND e.state <> 'offline'
    AND e.started_at < f.ends_at
    AND e.started_at > f.starts_at - interval '24 hours'
    AND e.until > greatest(f.starts_at, e.started_at)
) AS g
