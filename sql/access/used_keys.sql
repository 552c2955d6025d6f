-- Store when the keys $1 were last used, as far as this process knows: $2.
UPDATE api_key AS k
SET last_used_at = greatest(k.last_used_at, u.at)
FROM unnest($1::text[], $2::timestamptz[]) AS u (key_id, at)
WHERE k.key_id = u.key_id
