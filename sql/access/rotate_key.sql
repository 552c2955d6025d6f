-- Store a new secret of the key $1 (its hash $2). The present secret stays valid until $3.
UPDATE api_key
SET digest = $2, previous_digest = digest, previous_until = $3
WHERE key_id = $1
  AND revoked_at IS NULL
