-- Note the spans that the activities of the batch cover, and covered before. Run before anything is stored.
INSERT INTO touched_time (agent_id, starts, ends)
SELECT agent_id, starts_at, ends_at FROM ready_agent_schedule
UNION
SELECT s.agent_id, s.starts_at, s.ends_at
FROM ready_agent_schedule AS r
JOIN agent_schedule AS s ON s.agent_id = r.agent_id AND s.starts_at = r.starts_at AND s.source_id = r.source_id
