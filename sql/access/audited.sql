-- A page of the log, the latest first: before $1, at most $2.
SELECT a.audit_id, a.at, a.who, a.action, a.subject, a.detail::text AS detail
FROM audit AS a
WHERE a.audit_id < $1::bigint
ORDER BY a.audit_id DESC
LIMIT $2
