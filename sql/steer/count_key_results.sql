-- How many key results objective $1 has (index key_result_objective).
SELECT count(*)
FROM key_result AS k
WHERE k.objective_id = $1
