-- Return the stored hours of the sites $1 (codes). Empty days are unbounded ends.
SELECT
  s.code AS site, o.weekday, o.opens, o.closes,
  NULLIF(o.valid_from, '-infinity') AS valid_from, NULLIF(o.valid_to, 'infinity') AS valid_to
FROM opening AS o
JOIN site AS s ON s.site_id = o.site_id
WHERE s.code = ANY ($1::text[])
