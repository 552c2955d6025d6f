-- Note the spans that the states of the batch cover, and covered before. Run before anything is stored.
INSERT INTO touched_time (agent_id, starts, ends)
SELECT agent_id, started_at, ended_at FROM ready_agent_state
UNION
SELECT s.agent_id, s.started_at, s.ended_at
FROM ready_agent_state AS r
JOIN agent_state AS s
  ON s.agent_id = r.agent_id
  AND s.started_at = r.started_at
  AND s.state = r.state
  AND s.source_id = r.source_id
