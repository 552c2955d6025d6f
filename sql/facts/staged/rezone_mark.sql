-- Mark the days that facts leave and enter when their sites ($1) get another zone.
INSERT INTO dirty_day (site_id, day)
SELECT DISTINCT f.site_id, d.day
FROM {table} AS f
JOIN site AS s ON s.site_id = f.site_id
CROSS JOIN LATERAL (SELECT f.{instant} AT TIME ZONE s.zone AS wall OFFSET 0) AS l
CROSS JOIN LATERAL (
  SELECT
    l.wall::date AS day,
    (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint AS quarter
) AS w
CROSS JOIN LATERAL (VALUES (f.day), (w.day)) AS d (day)
WHERE s.code = ANY ($1::text[])
  AND (f.day, f.quarter) <> (w.day, w.quarter)
