-- Find the open times that differ from the calendars, and the contacts whose open waits differ from the open times, by
-- site and day (UTC days for open times).
WITH fresh AS MATERIALIZED (TABLE open_span_fact)
SELECT DISTINCT 'open_span' AS name, d.site_id, d.starts_at::date AS day
FROM (
  (TABLE open_span EXCEPT TABLE fresh)
  UNION ALL
  (TABLE fresh EXCEPT TABLE open_span)
) AS d
UNION ALL
SELECT DISTINCT 'contact', c.site_id, c.day
FROM contact AS c
LEFT JOIN LATERAL open_time(c.site_id, c.offered_at, c.offered_at + make_interval(secs => coalesce(c.wait, 0)::float8)) AS o ON true
WHERE (c.in_hours, c.wait_open) IS DISTINCT FROM (o.is_open, CASE WHEN c.wait IS NOT NULL THEN o.seconds END::numeric(11, 3))
ORDER BY 1, 2, 3
