-- Find the steps that are new or gone, compared in every column. Unchanged steps are left alone.
INSERT INTO changed_step
SELECT 'new' AS change, n.*
FROM (
  SELECT f.* FROM fresh_step AS f
  EXCEPT
  SELECT s.* FROM case_step AS s JOIN touched_case AS t ON t.source_id = s.source_id AND t.case_id = s.case_id
) AS n
UNION ALL
SELECT 'gone', g.*
FROM (
  SELECT s.* FROM case_step AS s JOIN touched_case AS t ON t.source_id = s.source_id AND t.case_id = s.case_id
  EXCEPT
  SELECT f.* FROM fresh_step AS f
) AS g
