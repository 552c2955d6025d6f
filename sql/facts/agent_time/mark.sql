-- Mark the days on which agents' time changed.
INSERT INTO dirty_day (site_id, day, change)
SELECT d.site_id, d.day, 'time'
FROM (
  (SELECT t.* FROM time_span AS p JOIN agent_time AS t ON t.agent_id = p.agent_id AND t.bucket >= p.starts AND t.bucket < p.ends
   EXCEPT SELECT f.* FROM fresh_agent_time AS f)
  UNION ALL
  (SELECT f.* FROM fresh_agent_time AS f
   EXCEPT SELECT t.* FROM time_span AS p JOIN agent_time AS t ON t.agent_id = p.agent_id AND t.bucket >= p.starts AND t.bucket < p.ends)
) AS d
GROUP BY d.site_id, d.day
