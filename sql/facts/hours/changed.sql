-- Between which days the open times of the sites $1 (codes) are others than before. Where a calendar begins or ends is a time too.
WITH stored AS (
  SELECT o.site_id, o.starts_at, o.ends_at, o.seconds_before IS NULL AS unknown
  FROM open_span AS o
  WHERE o.site_id = ANY (ARRAY(SELECT s.site_id FROM site AS s WHERE s.code = ANY ($1::text[])))
), fresh AS (
  SELECT f.site_id, f.starts_at, f.ends_at, f.seconds_before IS NULL AS unknown
  FROM fresh_span AS f
)
INSERT INTO changed_hours (site_id, first_day, last_day)
SELECT d.site_id, min(d.starts_at)::date - 1, max(d.ends_at)::date + 1
FROM (
  (TABLE stored EXCEPT TABLE fresh)
  UNION ALL
  (TABLE fresh EXCEPT TABLE stored)
) AS d
GROUP BY d.site_id
