-- Delete the stored exceptional days of sites that $1 names, which are stored again.
DELETE FROM closing AS c
USING site AS s, jsonb_to_recordset($1::jsonb) AS r (site text, day date)
WHERE s.site_id = c.site_id
  AND s.code = r.site
  AND c.day = r.day
