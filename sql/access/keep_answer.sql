-- Store the answer to the request of caller $1 with key $2 and claim $3: status $4, headers $5 (a JSON object),
-- encrypted body $6.
UPDATE idempotency
SET status = $4, headers = $5, body = $6
WHERE caller = $1
  AND key = $2
  AND claim = $3
