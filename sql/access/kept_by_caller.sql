-- Return what is stored for repeated requests of caller $1: the number of records, the bytes of answers, and the
-- seconds until the oldest is deleted (the primary key, by its first column).
SELECT
  count(*) AS records,
  COALESCE(sum(octet_length(i.body)), 0)::bigint AS bytes,
  COALESCE(EXTRACT(EPOCH FROM min(i.created_at) + interval '24 hours' - now()), 0)::float8 AS seconds
FROM idempotency AS i
WHERE i.caller = $1
