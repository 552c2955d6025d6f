-- Return the stored answer to the request of caller $1 with key $2. The status is NULL while there is no answer. lost:
-- the request changed something and has been without an answer for longer than $3 (an interval).
SELECT i.body_digest, i.status, i.headers, i.body, i.changed AND i.created_at < now() - $3::interval AS lost
FROM idempotency AS i
WHERE i.caller = $1
  AND i.key = $2
