-- Replace the stored quarter-hours by the recomputed ones.
DELETE FROM agent_time AS t
USING time_span AS p
WHERE t.agent_id = p.agent_id
  AND t.bucket >= p.starts
  AND t.bucket < p.ends;
INSERT INTO agent_time SELECT * FROM fresh_agent_time
