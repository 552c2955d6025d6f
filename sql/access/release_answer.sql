-- Nothing came of the request of caller $1 with key $2.
DELETE FROM idempotency
WHERE caller = $1
  AND key = $2
  AND status IS NULL
