-- The first request of caller $1 with key $2 and a body of this digest ($3): true; NULL where there has been one.
INSERT INTO idempotency (caller, key, body_digest, created_at)
VALUES ($1, $2, $3, now())
ON CONFLICT (caller, key) DO NOTHING
RETURNING true
