-- Lock those of the sites $1 that no other worker holds, until the end of the transaction. $2 are the numbers of their
-- locks.
SELECT u.site_id
FROM unnest($1::smallint[], $2::int[]) AS u (site_id, number)
WHERE pg_try_advisory_xact_lock($3, u.number)
