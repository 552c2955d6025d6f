-- No load of these sources at the same time, until the end of the transaction (contact/lock.sql).
SELECT pg_advisory_xact_lock(hashtext('cadran load ' || s.source))
FROM (SELECT DISTINCT source FROM named_row ORDER BY 1) AS s
