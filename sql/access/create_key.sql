-- Create a key: its id, the hash of its secret, and its grant.
INSERT INTO api_key (
  key_id, name, role, digest, partners, sites, segments, channels, teams, metrics, agent, origins, requests_minute, concurrent,
  cells_max, expires_at, created_at, created_by, documents_only
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (key_id) DO NOTHING
