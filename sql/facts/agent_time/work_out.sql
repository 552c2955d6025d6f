-- Compute what each agent did in each quarter-hour of the spans, and what was planned. An instant counts once. Of
-- overlapping states, on contact and after-call work come first, then available, then any other state that is logged
-- in. Of overlapping activities, absences come first, then what is planned inside work, then work. Among equals, the
-- one that began last counts, with its site and team. Planned time has the site and team of the plan, up to the instant
-- that the states of the site reach.
INSERT INTO fresh_agent_time
WITH piece AS MATERIALIZED (
  SELECT
    t.agent_id, false AS planned, s.site_id, s.team_id, s.source_id, s.started_at AS since,
    CASE WHEN s.state IN ('on_contact', 'acw') THEN 1 WHEN s.state = 'available' THEN 2 ELSE 3 END AS rank,
    greatest(s.started_at, t.starts) AS starts,
    least(s.until, t.ends) AS ends
  FROM time_span AS t
  JOIN agent_state_span AS s
    ON s.agent_id = t.agent_id
    AND s.started_at < t.ends
    AND s.started_at > t.starts - interval '24 hours'
    AND s.until > t.starts
  WHERE s.state <> 'offline'
  UNION ALL
  SELECT
    t.agent_id, true, p.site_id, p.team_id, p.source_id, p.starts_at,
    array_position(ARRAY['absence', 'training', 'meeting', 'break', 'work'], p.activity),
    greatest(p.starts_at, t.starts),
    least(p.ends_at, t.ends, h.horizon)
  FROM time_span AS t
  JOIN agent_schedule AS p
    ON p.agent_id = t.agent_id
    AND p.starts_at < t.ends
    AND p.starts_at > t.starts - interval '24 hours'
    AND p.ends_at > t.starts
  JOIN agent_time_horizon AS h ON h.site_id = p.site_id
), part AS MATERIALIZED (
  SELECT
    p.agent_id, p.planned, p.site_id, p.team_id, p.source_id, p.since, p.rank, b.bucket,
    greatest(p.starts, b.bucket) AS starts,
    least(p.ends, b.bucket + interval '15 minutes') AS ends
  FROM piece AS p
  CROSS JOIN LATERAL generate_series(
    date_bin('15 minutes', p.starts, timestamptz '2000-01-01 00:00:00+00'), p.ends - interval '1 microsecond', interval '15 minutes'
  ) AS b (bucket)
  WHERE p.starts < p.ends
), edge AS (
  SELECT agent_id, bucket, starts AS at FROM part
  UNION
  SELECT agent_id, bucket, ends FROM part
), segment AS (
  SELECT agent_id, bucket, at AS starts, lead(at) OVER (PARTITION BY agent_id, bucket ORDER BY at) AS ends
  FROM edge
), holding AS (
  SELECT DISTINCT ON (g.agent_id, g.starts, p.planned)
    g.agent_id, g.bucket, g.starts, g.ends, p.planned, p.rank, p.site_id, p.team_id
  FROM segment AS g
  JOIN part AS p ON p.agent_id = g.agent_id AND p.bucket = g.bucket AND p.starts <= g.starts AND p.ends >= g.ends
  ORDER BY g.agent_id, g.starts, p.planned, p.rank, p.since DESC, p.source_id, p.site_id, p.team_id
), counted AS (
  SELECT
    agent_id, bucket, site_id, team_id,
    rank = 1 AS oc, rank = 2 AS idle, true AS login, false AS work, false AS adherent, false AS rostered, false AS unavailable,
    EXTRACT(EPOCH FROM ends - starts) AS seconds
  FROM holding
  WHERE NOT planned
  UNION ALL
  SELECT
    p.agent_id, p.bucket, p.site_id, p.team_id,
    false, false, false, p.rank = 5, p.rank = 5 AND a.rank <= 2, true, (a.rank <= 2) IS NOT TRUE,
    EXTRACT(EPOCH FROM p.ends - p.starts)
  FROM holding AS p
  LEFT JOIN holding AS a ON a.agent_id = p.agent_id AND a.starts = p.starts AND NOT a.planned
  WHERE p.planned
)
SELECT
  c.agent_id, c.bucket, c.site_id, c.team_id, l.wall::date,
  (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint,
  c.oc, c.idle, c.login, c.planned, c.adherent, c.rostered, c.unavailable
FROM (
  SELECT
    agent_id, bucket, site_id, team_id,
    sum(seconds) FILTER (WHERE oc) AS oc,
    sum(seconds) FILTER (WHERE idle) AS idle,
    sum(seconds) FILTER (WHERE login) AS login,
    sum(seconds) FILTER (WHERE work) AS planned,
    sum(seconds) FILTER (WHERE adherent) AS adherent,
    sum(seconds) FILTER (WHERE rostered) AS rostered,
    sum(seconds) FILTER (WHERE unavailable) AS unavailable
  FROM counted
  GROUP BY 1, 2, 3, 4
) AS c
JOIN site AS s ON s.site_id = c.site_id
CROSS JOIN LATERAL (SELECT c.bucket AT TIME ZONE s.zone AS wall) AS l
