-- Record that a key result of objective $1 was changed at $2.
UPDATE objective
SET version = version + 1, changed_at = $2
WHERE objective_id = $1
