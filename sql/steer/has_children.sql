-- Return whether any objective is aligned to objective $1 (index objective_parent).
SELECT EXISTS (
  SELECT
  FROM objective AS o
  WHERE o.parent_id = $1
)
