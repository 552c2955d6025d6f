-- Replace the stored shifts by the recomputed ones.
DELETE FROM worked_shift AS t
USING worked_span AS p
WHERE t.agent_id = p.agent_id
  AND t.started_at >= p.starts
  AND t.started_at < p.ends;
INSERT INTO worked_shift SELECT * FROM fresh_worked_shift;
DELETE FROM planned_shift AS t
USING planned_span AS p
WHERE t.agent_id = p.agent_id
  AND t.starts_at >= p.starts
  AND t.starts_at < p.ends;
INSERT INTO planned_shift SELECT * FROM fresh_planned_shift
