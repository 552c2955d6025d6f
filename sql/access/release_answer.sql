-- Release the claim $3 of a failed request of caller $1 with key $2. If its change is being committed, wait, and then
-- leave the row.
DELETE FROM idempotency
WHERE caller = $1
  AND key = $2
  AND claim = $3
  AND status IS NULL
  AND NOT changed
