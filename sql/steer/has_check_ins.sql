-- Whether anybody has said anything of key result $1 (index check_in_key_result).
SELECT EXISTS (
  SELECT
  FROM check_in AS c
  WHERE c.key_result_id = $1
)
