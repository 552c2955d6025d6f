-- Add a key result to objective $1. Return its number.
INSERT INTO key_result (objective_id, title, metric, scope, unit, better, baseline, target, deadline, path)
VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9, $10::jsonb)
RETURNING key_result_id
