-- Return the stored exceptional days of the sites $1 (codes), one row for each shift.
SELECT s.code AS site, c.day, c.opens, c.closes
FROM closing AS c
JOIN site AS s ON s.site_id = c.site_id
WHERE s.code = ANY ($1::text[])
