-- Lock out loads of the sources $1, until the end of the transaction (contact/lock.sql).
SELECT pg_advisory_xact_lock(hashtext('cadran load ' || s.source))
FROM (SELECT DISTINCT g.source FROM unnest($1::text[]) AS g (source) ORDER BY 1) AS s
