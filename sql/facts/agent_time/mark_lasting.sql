-- Mark the days of the states that still last, or lasted until this batch gave their end. No rollup counts these states
-- yet, but live answers about what agents are doing must be refreshed.
INSERT INTO dirty_day (site_id, day, change)
SELECT r.site_id, r.day, 'state'
FROM ready_agent_state AS r
WHERE r.ended_at IS NULL
UNION
SELECT s.site_id, s.day, 'state'
FROM ready_agent_state AS r
JOIN agent_state AS s
  ON s.agent_id = r.agent_id
  AND s.started_at = r.started_at
  AND s.state = r.state
  AND s.source_id = r.source_id
WHERE s.ended_at IS NULL
