-- Find the contacts of the sites $1 whose local day or quarter changes with the site's present zone.
INSERT INTO moved_contact
SELECT c.source_id, c.contact_id, c.customer_id, c.site_id, c.day, w.day, w.quarter
FROM contact AS c
JOIN site AS s ON s.site_id = c.site_id
CROSS JOIN LATERAL (SELECT c.offered_at AT TIME ZONE s.zone AS wall OFFSET 0) AS l
CROSS JOIN LATERAL (
  SELECT
    l.wall::date AS day,
    (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint AS quarter
) AS w
WHERE s.code = ANY ($1::text[])
  AND (c.day, c.quarter) <> (w.day, w.quarter)
