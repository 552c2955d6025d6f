-- Allow one load of a source at a time, until the end of the transaction. $1 is the source of rows that name none.
SELECT pg_advisory_xact_lock(hashtext('cadran load ' || s.source))
FROM (SELECT DISTINCT coalesce(source, $1::text) AS source FROM stage_contact ORDER BY 1) AS s
