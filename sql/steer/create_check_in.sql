-- What is said of key result $1; gives its number and when it was recorded.
INSERT INTO check_in (key_result_id, on_day, value, confidence, comment, author)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING check_in_id, recorded_at
