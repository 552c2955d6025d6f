-- Store the instant that the states of each site reach, and the last instant of which their states say anything.
-- Neither ever moves back.
INSERT INTO agent_time_horizon AS h (site_id, horizon, seen)
SELECT r.site_id, coalesce(max(r.ended_at), '-infinity'), max(coalesce(r.ended_at, r.started_at))
FROM ready_agent_state AS r
GROUP BY r.site_id
ON CONFLICT (site_id) DO UPDATE SET horizon = greatest(h.horizon, excluded.horizon), seen = greatest(h.seen, excluded.seen)
WHERE h.horizon < excluded.horizon OR h.seen < excluded.seen
