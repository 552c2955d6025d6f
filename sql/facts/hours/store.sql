-- Store the open times that are valid from now on.
INSERT INTO open_span (site_id, starts_at, ends_at, seconds_before)
SELECT f.site_id, f.starts_at, f.ends_at, f.seconds_before
FROM fresh_span AS f
JOIN changed_hours AS h ON h.site_id = f.site_id
