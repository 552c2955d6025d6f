-- Give the facts of the sites $1 the day and quarter in the sites' present zones.
UPDATE {table} AS f
SET
  day = (f.{instant} AT TIME ZONE s.zone)::date,
  quarter = date_part('hour', f.{instant} AT TIME ZONE s.zone) * 4 + floor(date_part('minute', f.{instant} AT TIME ZONE s.zone) / 15)
FROM site AS s
WHERE s.site_id = f.site_id
  AND s.code = ANY ($1::text[])
