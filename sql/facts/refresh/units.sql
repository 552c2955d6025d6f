-- Find the months of sites with marked days, the longest waiting first, and their number of days (index
-- dirty_day_site).
SELECT d.site_id, date_trunc('month', d.day::timestamp)::date AS month, count(DISTINCT d.day)::int AS days
FROM dirty_day AS d
GROUP BY 1, 2
ORDER BY min(d.mark_id)
LIMIT $1
