-- Requests with an Idempotency-Key, and their stored answers.

-- name: forget_answers
-- Delete the stored answers that are older than a day (index idempotency_created).
DELETE FROM idempotency
WHERE created_at < now() - interval '24 hours'

-- name: claim_answer
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

-- name: stored_answer
-- Return the stored answer to the request of caller $1 with key $2. The status is NULL while there is no answer. lost:
-- the request changed something and has been without an answer for longer than $3 (an interval).
SELECT i.body_digest, i.status, i.headers, i.body, i.changed AND i.created_at < now() - $3::interval AS lost
FROM idempotency AS i
WHERE i.caller = $1
  AND i.key = $2

-- name: stored_by_caller
-- Return what is stored for repeated requests of caller $1: the number of records, the bytes of answers, and the
-- seconds until the oldest is deleted (the primary key, by its first column).
SELECT
  count(*) AS records,
  COALESCE(sum(octet_length(i.body)), 0)::bigint AS bytes,
  COALESCE(EXTRACT(EPOCH FROM min(i.created_at) + interval '24 hours' - now()), 0)::float8 AS seconds
FROM idempotency AS i
WHERE i.caller = $1

-- name: mark_changed
-- Record, within the transaction of a change, that the change is made under the key $2 of caller $1 with the claim $3.
-- No row if another request has taken the claim over.
UPDATE idempotency
SET changed = true
WHERE caller = $1
  AND key = $2
  AND claim = $3
RETURNING true

-- name: store_answer
-- Store the answer to the request of caller $1 with key $2 and claim $3: status $4, headers $5 (a JSON object),
-- encrypted body $6.
UPDATE idempotency
SET status = $4, headers = $5, body = $6
WHERE caller = $1
  AND key = $2
  AND claim = $3

-- name: release_answer
-- Release the claim $3 of a failed request of caller $1 with key $2. If its change is being committed, wait, and then
-- leave the row.
DELETE FROM idempotency
WHERE caller = $1
  AND key = $2
  AND claim = $3
  AND status IS NULL
  AND NOT changed
