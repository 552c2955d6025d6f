-- Mark every day of every site that has facts, once for each of the changes $1.
INSERT INTO dirty_day (site_id, day, change)
SELECT f.site_id, f.day, c.change
FROM (
  SELECT c.site_id, c.day FROM contact AS c GROUP BY 1, 2
  UNION
  SELECT l.site_id, l.day FROM leg AS l GROUP BY 1, 2
  UNION
  SELECT c.site_id, c.day FROM contact_case AS c GROUP BY 1, 2
  UNION
  SELECT s.site_id, s.day FROM survey AS s GROUP BY 1, 2
  UNION
  SELECT b.site_id, b.day FROM callback AS b GROUP BY 1, 2
  UNION
  SELECT s.site_id, s.day FROM case_step AS s GROUP BY 1, 2
  UNION
  SELECT g.site_id, g.day FROM goodwill AS g GROUP BY 1, 2
  UNION
  SELECT t.site_id, t.day FROM agent_time AS t GROUP BY 1, 2
  UNION
  SELECT p.site_id, p.day FROM planned_shift AS p GROUP BY 1, 2
) AS f
CROSS JOIN unnest($1::text[]) AS c (change)
