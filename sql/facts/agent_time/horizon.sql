-- How far the states of each site reach now. It never moves back.
INSERT INTO agent_time_horizon AS h (site_id, horizon)
SELECT r.site_id, max(r.ended_at)
FROM ready_agent_state AS r
GROUP BY r.site_id
ON CONFLICT (site_id) DO UPDATE SET horizon = excluded.horizon
WHERE h.horizon < excluded.horizon
