-- Delete the hours of the sites $1 (codes), which are stored again.
DELETE FROM opening AS o
USING site AS s
WHERE s.site_id = o.site_id
  AND s.code = ANY ($1::text[])
