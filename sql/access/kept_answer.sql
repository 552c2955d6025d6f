-- What the request of caller $1 with key $2 was answered; the status is NULL while it is under way.
SELECT i.body_digest, i.status, i.headers, i.body
FROM idempotency AS i
WHERE i.caller = $1
  AND i.key = $2
