-- Return whether objective $2 is objective $1, or above it.
WITH RECURSIVE above (objective_id) AS (
  SELECT $1::bigint
  UNION
  SELECT o.parent_id
  FROM above AS a
  JOIN objective AS o ON o.objective_id = a.objective_id
  WHERE o.parent_id IS NOT NULL
)
SELECT EXISTS (
  SELECT
  FROM above AS a
  WHERE a.objective_id = $2::bigint
)
