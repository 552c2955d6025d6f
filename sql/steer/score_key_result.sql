-- Store the score of key result $1 at the close of its objective.
UPDATE key_result
SET score = $2
WHERE key_result_id = $1
