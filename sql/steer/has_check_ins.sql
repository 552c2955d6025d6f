-- Return whether key result $1 has any check-in (index check_in_key_result).
SELECT EXISTS (
  SELECT
  FROM check_in AS c
  WHERE c.key_result_id = $1
)
