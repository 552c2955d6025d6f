-- Change key result $1.
UPDATE key_result
SET title = $2, metric = $3, scope = $4::jsonb, unit = $5, better = $6, baseline = $7, target = $8, deadline = $9, path = $10::jsonb
WHERE key_result_id = $1
