-- Which of the sites $1 are in no other worker's hands? Their locks have the numbers $2; they are this one's until the end of the transaction.
SELECT u.site_id
FROM unnest($1::smallint[], $2::int[]) AS u (site_id, number)
WHERE pg_try_advisory_xact_lock($3, u.number)
