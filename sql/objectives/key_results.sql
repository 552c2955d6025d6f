-- Key results and their check-ins.

-- name: count_key_results
-- Count the key results of objective $1 (index key_result_objective).
SELECT count(*)
FROM key_result AS k
WHERE k.objective_id = $1

-- name: has_check_ins
-- Return whether key result $1 has any check-in (index check_in_key_result).
SELECT EXISTS (
  SELECT
  FROM check_in AS c
  WHERE c.key_result_id = $1
)

-- name: create_key_result
-- Add a key result to objective $1. Return its number.
INSERT INTO key_result (objective_id, title, metric, scope, unit, better, baseline, target, deadline, path)
VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9, $10::jsonb)
RETURNING key_result_id

-- name: change_key_result
-- Change key result $1.
UPDATE key_result
SET title = $2, metric = $3, scope = $4::jsonb, unit = $5, better = $6, baseline = $7, target = $8, deadline = $9, path = $10::jsonb
WHERE key_result_id = $1

-- name: score_key_result
-- Store the score of key result $1 at the close of its objective, and the figures $3 of its metric.
UPDATE key_result
SET score = $2, scored = $3::jsonb
WHERE key_result_id = $1

-- name: delete_key_result
-- Delete key result $1, which has no check-in.
DELETE FROM key_result
WHERE key_result_id = $1

-- name: create_check_in
-- Add a check-in to key result $1. Return its number and the time of its recording.
INSERT INTO check_in (key_result_id, on_day, value, confidence, comment, author)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING check_in_id, recorded_at
