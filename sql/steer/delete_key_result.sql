-- Key result $1, of which nobody has said anything.
DELETE FROM key_result
WHERE key_result_id = $1
