-- Store the hours $1.
INSERT INTO opening (site_id, weekday, opens, closes, valid_from, valid_to)
SELECT s.site_id, r.weekday, r.opens, r.closes, coalesce(r.valid_from, '-infinity'), coalesce(r.valid_to, 'infinity')
FROM jsonb_to_recordset($1::jsonb) AS r (site text, weekday smallint, opens time, closes time, valid_from date, valid_to date)
JOIN site AS s ON s.code = r.site
