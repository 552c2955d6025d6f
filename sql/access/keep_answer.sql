-- What the request of caller $1 with key $2 was answered: status $3, headers $4 (a JSON object), encrypted body $5.
UPDATE idempotency
SET status = $3, headers = $4, body = $5
WHERE caller = $1
  AND key = $2
