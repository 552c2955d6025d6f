-- Nothing came of the request of caller $1 with key $2 and claim $3. Where its change is being committed, this waits, and
-- then leaves the row.
DELETE FROM idempotency
WHERE caller = $1
  AND key = $2
  AND claim = $3
  AND status IS NULL
  AND NOT changed
