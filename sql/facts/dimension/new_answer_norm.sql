-- Add the usual answer norm of a new channel: $1 channel, $2 good, $3 bad, in seconds.
INSERT INTO answer_norm (channel_id, good_seconds, bad_seconds)
VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
