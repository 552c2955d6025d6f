-- Take the marks of a month of the sites $1. Facts that come later bring new marks.
WITH taken AS (
  DELETE FROM dirty_day AS d
  WHERE d.site_id = ANY ($1::smallint[])
    AND d.day >= $2
    AND d.day < ($2::date + interval '1 month')::date
  RETURNING d.site_id, d.day, d.change
)
SELECT DISTINCT t.site_id, t.day, t.change
FROM taken AS t
ORDER BY 1, 2, 3
