-- Return the answer norms of the channels, oldest first.
SELECT n.channel_id, n.moment_id, NULLIF(n.valid_from, '-infinity') AS valid_from, n.good_seconds, n.bad_seconds
FROM answer_norm AS n
ORDER BY n.channel_id, n.moment_id, n.valid_from
