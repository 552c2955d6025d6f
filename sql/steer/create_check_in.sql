-- Add a check-in to key result $1. Return its number and the time of its recording.
INSERT INTO check_in (key_result_id, on_day, value, confidence, comment, author)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING check_in_id, recorded_at
