-- Mark the days of the surveys of the instruments $1 (codes), whose cuts were corrected.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT s.site_id, s.day, 'survey'
FROM survey AS s
JOIN instrument AS i ON i.instrument_id = s.instrument_id
WHERE i.code = ANY ($1::text[])
