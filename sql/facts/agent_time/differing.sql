-- Find the quarter-hours and shifts that differ from the recomputed ones.
SELECT DISTINCT 'agent_time' AS name, d.agent_id, d.bucket AS at
FROM (
  (TABLE agent_time EXCEPT TABLE fresh_agent_time)
  UNION ALL
  (TABLE fresh_agent_time EXCEPT TABLE agent_time)
) AS d
UNION ALL
SELECT DISTINCT 'worked_shift', d.agent_id, d.started_at
FROM (
  (TABLE worked_shift EXCEPT TABLE fresh_worked_shift)
  UNION ALL
  (TABLE fresh_worked_shift EXCEPT TABLE worked_shift)
) AS d
UNION ALL
SELECT DISTINCT 'planned_shift', d.agent_id, d.starts_at
FROM (
  (TABLE planned_shift EXCEPT TABLE fresh_planned_shift)
  UNION ALL
  (TABLE fresh_planned_shift EXCEPT TABLE planned_shift)
) AS d
ORDER BY 1, 2, 3
