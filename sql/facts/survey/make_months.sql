-- Make the missing partitions of surveys for the months $1.
SELECT pg_temp.make_month('survey', m)
FROM unnest($1::date[]) AS m
ORDER BY m
