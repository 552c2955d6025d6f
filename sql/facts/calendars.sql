-- Opening hours and exceptional days of sites.

-- name: stored_openings
-- Return the stored hours of the sites $1 (codes). Empty days are unbounded ends.
SELECT
  s.code AS site, o.weekday, o.opens, o.closes,
  NULLIF(o.valid_from, '-infinity') AS valid_from, NULLIF(o.valid_to, 'infinity') AS valid_to
FROM opening AS o
JOIN site AS s ON s.site_id = o.site_id
WHERE s.code = ANY ($1::text[])

-- name: remove_openings
-- Delete the hours of the sites $1 (codes), which are stored again.
DELETE FROM opening AS o
USING site AS s
WHERE s.site_id = o.site_id
  AND s.code = ANY ($1::text[])

-- name: store_openings
-- Store the hours $1.
INSERT INTO opening (site_id, weekday, opens, closes, valid_from, valid_to)
SELECT s.site_id, r.weekday, r.opens, r.closes, coalesce(r.valid_from, '-infinity'), coalesce(r.valid_to, 'infinity')
FROM jsonb_to_recordset($1::jsonb) AS r (site text, weekday smallint, opens time, closes time, valid_from date, valid_to date)
JOIN site AS s ON s.code = r.site

-- name: stored_closings
-- Return the stored exceptional days of the sites $1 (codes), one row for each shift.
SELECT s.code AS site, c.day, c.opens, c.closes
FROM closing AS c
JOIN site AS s ON s.site_id = c.site_id
WHERE s.code = ANY ($1::text[])

-- name: remove_closings
-- Delete the stored exceptional days of sites that $1 names, which are stored again.
DELETE FROM closing AS c
USING site AS s, jsonb_to_recordset($1::jsonb) AS r (site text, day date)
WHERE s.site_id = c.site_id
  AND s.code = r.site
  AND c.day = r.day

-- name: store_closings
-- Store the exceptional days $1.
INSERT INTO closing (site_id, day, opens, closes)
SELECT s.site_id, r.day, r.opens, r.closes
FROM jsonb_to_recordset($1::jsonb) AS r (site text, day date, opens time, closes time)
JOIN site AS s ON s.code = r.site
