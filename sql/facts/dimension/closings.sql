-- Store the exceptional days $1.
INSERT INTO closing (site_id, day, opens, closes)
SELECT s.site_id, r.day, r.opens, r.closes
FROM jsonb_to_recordset($1::jsonb) AS r (site text, day date, opens time, closes time)
JOIN site AS s ON s.code = r.site
