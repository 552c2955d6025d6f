-- Months of sites that hold dirty days, the longest waiting first (index dirty_day_site).
SELECT d.site_id, date_trunc('month', d.day::timestamp)::date AS month
FROM dirty_day AS d
GROUP BY 1, 2
ORDER BY min(d.mark_id)
LIMIT $1
