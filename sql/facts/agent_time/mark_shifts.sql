-- Mark the days of the worked or planned shifts that changed. Worked shifts are read together with what the agent
-- handled in them.
INSERT INTO dirty_day (site_id, day, change)
SELECT d.site_id, d.day, 'shift'
FROM (
  (SELECT t.* FROM planned_span AS p JOIN planned_shift AS t ON t.agent_id = p.agent_id AND t.starts_at >= p.starts AND t.starts_at < p.ends
   EXCEPT SELECT f.* FROM fresh_planned_shift AS f)
  UNION ALL
  (SELECT f.* FROM fresh_planned_shift AS f
   EXCEPT SELECT t.* FROM planned_span AS p JOIN planned_shift AS t ON t.agent_id = p.agent_id AND t.starts_at >= p.starts AND t.starts_at < p.ends)
) AS d
UNION
SELECT d.site_id, d.day, 'shift'
FROM (
  (SELECT t.* FROM worked_span AS p JOIN worked_shift AS t ON t.agent_id = p.agent_id AND t.started_at >= p.starts AND t.started_at < p.ends
   EXCEPT SELECT f.* FROM fresh_worked_shift AS f)
  UNION ALL
  (SELECT f.* FROM fresh_worked_shift AS f
   EXCEPT SELECT t.* FROM worked_span AS p JOIN worked_shift AS t ON t.agent_id = p.agent_id AND t.started_at >= p.starts AND t.started_at < p.ends)
) AS d
