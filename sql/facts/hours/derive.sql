-- Derive the open times of the sites $1 (codes) from their present calendars.
INSERT INTO fresh_span (site_id, starts_at, ends_at, seconds_before)
SELECT f.site_id, f.starts_at, f.ends_at, f.seconds_before
FROM open_span_fact AS f
WHERE f.site_id = ANY (ARRAY(SELECT s.site_id FROM site AS s WHERE s.code = ANY ($1::text[])))
