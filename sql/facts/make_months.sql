-- Make the missing partitions of contact and leg for the months $1.
SELECT pg_temp.make_month('contact', m), pg_temp.make_month('leg', m)
FROM unnest($1::date[]) AS m
ORDER BY m
