-- Within the transaction of a change: it is made under the key $2 of caller $1, by whoever holds the claim $3. No row
-- where it was taken over.
UPDATE idempotency
SET changed = true
WHERE caller = $1
  AND key = $2
  AND claim = $3
RETURNING true
