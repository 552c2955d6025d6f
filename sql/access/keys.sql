-- Return every key with its grant. There are few at any time.
SELECT
  k.key_id, k.name, k.role, k.digest, k.previous_digest, k.previous_until, k.partners, k.sites, k.segments, k.channels, k.teams, k.metrics,
  k.agent, k.origins, k.requests_minute, k.concurrent, k.cells_max, k.documents_only, k.created_at, k.created_by,
  k.expires_at, k.revoked_at, k.last_used_at
FROM api_key AS k
ORDER BY k.created_at, k.key_id
