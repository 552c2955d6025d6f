-- Take the marks of a site's month; facts that come later bring marks of their own.
WITH taken AS (
  DELETE FROM dirty_day AS d
  WHERE d.site_id = $1
    AND d.day >= $2
    AND d.day < ($2::date + interval '1 month')::date
  RETURNING d.day
)
SELECT DISTINCT t.day
FROM taken AS t
ORDER BY 1
