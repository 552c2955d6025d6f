-- Find the times at which agents are within a worked shift now and were not before, or no longer are. A leg that was
-- taken in these times within two days of its offer has one of the returned days, whatever the zone of its site.
INSERT INTO changed_presence (agent_id, since, until, first_day, last_day)
SELECT
  c.agent_id, lower(c.stretch), upper(c.stretch),
  (lower(c.stretch) AT TIME ZONE 'UTC' - interval '48 hours')::date - 1, (upper(c.stretch) AT TIME ZONE 'UTC')::date + 1
FROM (
  SELECT b.agent_id, unnest(b.before + b.since - b.before * b.since) AS stretch
  FROM (
    SELECT
      p.agent_id,
      coalesce(range_agg(p.shift) FILTER (WHERE NOT p.fresh), '{}') AS before,
      coalesce(range_agg(p.shift) FILTER (WHERE p.fresh), '{}') AS since
    FROM (
      SELECT t.agent_id, tstzrange(t.started_at, t.ended_at) AS shift, false AS fresh
      FROM worked_span AS s
      JOIN worked_shift AS t ON t.agent_id = s.agent_id AND t.started_at >= s.starts AND t.started_at < s.ends
      UNION ALL
      SELECT f.agent_id, tstzrange(f.started_at, f.ended_at), true FROM fresh_worked_shift AS f
    ) AS p
    GROUP BY p.agent_id
  ) AS b
) AS c
