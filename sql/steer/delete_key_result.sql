-- Delete key result $1, which has no check-in.
DELETE FROM key_result
WHERE key_result_id = $1
