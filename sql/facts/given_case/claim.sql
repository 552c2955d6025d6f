-- Take up to $1 marks of cases. Several marks of one case count once. Marks that are made meanwhile stay for the next
-- turn.
WITH taken AS (
  DELETE FROM dirty_case
  WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM dirty_case AS d LIMIT $1))
  RETURNING source_id, case_id
)
INSERT INTO touched_case
SELECT DISTINCT t.source_id, t.case_id
FROM taken AS t
