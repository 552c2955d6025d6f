-- The claim of a request of caller $1 with key $2 and a body of this digest ($3), which is the first one, or the first
-- since another came to nothing for so long ($4, an interval): changed nothing and was not answered. NULL for all others.
INSERT INTO idempotency AS i (caller, key, body_digest, created_at, claim)
VALUES ($1, $2, $3, now(), gen_random_uuid())
ON CONFLICT (caller, key) DO UPDATE
SET body_digest = EXCLUDED.body_digest, created_at = EXCLUDED.created_at, claim = EXCLUDED.claim
WHERE i.status IS NULL
  AND NOT i.changed
  AND i.claim IS NOT NULL
  AND i.created_at < now() - $4::interval
RETURNING claim
