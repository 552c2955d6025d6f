-- Count the key results of objective $1 (index key_result_objective).
SELECT count(*)
FROM key_result AS k
WHERE k.objective_id = $1
