-- Note the planned time that the states of a site reach only now: of the agents planned there, all activities in that
-- time (index agent_schedule_site; a shift may have begun at another site, less than two days before).
INSERT INTO touched_time (agent_id, starts, ends)
SELECT p.agent_id, greatest(p.starts_at, m.was), least(p.ends_at, m.horizon)
FROM (
  SELECT r.site_id, coalesce(h.horizon, timestamptz '-infinity') AS was, max(r.ended_at) AS horizon
  FROM ready_agent_state AS r
  LEFT JOIN agent_time_horizon AS h ON h.site_id = r.site_id
  GROUP BY 1, 2
) AS m
JOIN LATERAL (
  SELECT DISTINCT a.agent_id
  FROM agent_schedule AS a
  WHERE a.site_id = m.site_id
    AND a.starts_at < m.horizon
    AND a.starts_at > m.was - interval '48 hours'
) AS w ON true
JOIN agent_schedule AS p ON p.agent_id = w.agent_id AND p.starts_at < m.horizon AND p.ends_at > m.was
WHERE m.horizon > m.was
