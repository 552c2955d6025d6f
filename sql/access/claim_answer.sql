-- Claim the request of caller $1 with key $2 and a body of the digest $3. Return the claim if this request is the first
-- one, or if the previous one changed nothing and has been without an answer for longer than $4 (an interval). No row
-- otherwise.
INSERT INTO idempotency AS i (caller, key, body_digest, created_at, claim)
VALUES ($1, $2, $3, now(), gen_random_uuid())
ON CONFLICT (caller, key) DO UPDATE
SET body_digest = EXCLUDED.body_digest, created_at = EXCLUDED.created_at, claim = EXCLUDED.claim
WHERE i.status IS NULL
  AND NOT i.changed
  AND i.claim IS NOT NULL
  AND i.created_at < now() - $4::interval
RETURNING claim
