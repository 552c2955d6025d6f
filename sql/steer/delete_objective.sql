-- Delete objective $1 with its key results.
DELETE FROM objective
WHERE objective_id = $1
