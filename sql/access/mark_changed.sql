-- Record, within the transaction of a change, that the change is made under the key $2 of caller $1 with the claim $3.
-- No row if another request has taken the claim over.
UPDATE idempotency
SET changed = true
WHERE caller = $1
  AND key = $2
  AND claim = $3
RETURNING true
