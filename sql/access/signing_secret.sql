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
