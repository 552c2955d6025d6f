-- Estimate how many contacts the months of a window have (index contact_month_month).
SELECT sum(f.contacts)::bigint AS contacts
FROM across.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND f.site_id = ANY($3::smallint[])
