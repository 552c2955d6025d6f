-- The audit log.

-- name: add_entry
-- Record that $1 did $2 to $3, with the details $4.
INSERT INTO audit (who, action, subject, detail)
VALUES ($1, $2, $3, $4::jsonb)

-- name: read_page
-- Return a page of the audit log, the latest entry first: before $1, at most $2, of subject $3 and action $4 where
-- these are not NULL (the primary key, read backwards until there are enough).
SELECT a.audit_id, a.at, a.who, a.action, a.subject, a.detail::text AS detail
FROM audit AS a
WHERE a.audit_id < $1::bigint
  AND ($3::text IS NULL OR a.subject = $3)
  AND ($4::text IS NULL OR a.action = $4)
ORDER BY a.audit_id DESC
LIMIT $2
