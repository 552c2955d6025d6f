-- Change objective $1, at $9.
UPDATE objective
SET title = $2, description = $3, owner_kind = $4, owner_id = $5, starts = $6, ends = $7, parent_id = $8, changed_at = $9,
  state = $10, retrospective = $11, closed_at = $12, version = version + 1
WHERE objective_id = $1
