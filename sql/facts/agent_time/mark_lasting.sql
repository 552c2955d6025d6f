-- Mark the days of the states that last still, or did until this batch told their end: nothing counts them yet, but who asks what agents are
-- doing must hear of them.
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
