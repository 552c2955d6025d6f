-- What the request of caller $1 with key $2 was answered: status $3, encrypted body $4.
UPDATE idempotency
SET status = $3, body = $4
WHERE caller = $1
  AND key = $2
