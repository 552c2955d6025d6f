-- Revoke the key $1 from $2 on.
UPDATE api_key
SET revoked_at = $2
WHERE key_id = $1
  AND revoked_at IS NULL
