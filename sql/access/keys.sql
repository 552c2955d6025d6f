-- API keys, and the secret that signs embed tokens.

-- name: all_keys
-- Return every key with its grant. There are few at any time.
SELECT
  k.key_id, k.name, k.role, k.digest, k.previous_digest, k.previous_until, k.partners, k.sites, k.segments, k.channels, k.queues, k.teams,
  k.attributes, k.metrics, k.agent, k.origins, k.requests_minute, k.concurrent, k.cells_max, k.documents_only, k.created_at, k.created_by,
  k.expires_at, k.revoked_at, k.last_used_at
FROM api_key AS k
ORDER BY k.created_at, k.key_id

-- name: create_key
-- Create a key: its id, the hash of its secret, and its grant.
INSERT INTO api_key (
  key_id, name, role, digest, partners, sites, segments, channels, queues, teams, attributes, metrics, agent, origins,
  requests_minute, concurrent, cells_max, expires_at, created_at, created_by, documents_only
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT (key_id) DO NOTHING

-- name: rotate_key
-- Store a new secret of the key $1 (its hash $2). The present secret stays valid until $3.
UPDATE api_key
SET digest = $2, previous_digest = digest, previous_until = $3
WHERE key_id = $1
  AND revoked_at IS NULL

-- name: revoke_key
-- Revoke the key $1 from $2 on.
UPDATE api_key
SET revoked_at = $2
WHERE key_id = $1
  AND revoked_at IS NULL

-- name: store_last_use
-- Store when the keys $1 were last used, as far as this process knows: $2.
UPDATE api_key AS k
SET last_used_at = greatest(k.last_used_at, u.at)
FROM unnest($1::text[], $2::timestamptz[]) AS u (key_id, at)
WHERE k.key_id = u.key_id

-- name: stored_secret
-- Return the secret that signs embed tokens, if it exists. One row or none.
SELECT secret
FROM signing_secret

-- name: signing_secret
-- Return the secret that signs embed tokens. Store $1 as the secret if there is none yet.
WITH made AS (
  INSERT INTO signing_secret (secret)
  VALUES ($1)
  ON CONFLICT (one) DO NOTHING
  RETURNING secret
)
SELECT secret FROM made
UNION ALL
SELECT secret FROM signing_secret
LIMIT 1
