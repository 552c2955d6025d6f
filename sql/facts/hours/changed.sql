-- Find the range of days within which the open times of the sites $1 (codes) changed. The beginning and the end of a
-- calendar are compared too. An additional row with NULL represents the beginning, because it need not be an open time.
WITH stored AS (
  SELECT o.site_id, o.starts_at, o.ends_at, o.seconds_before IS NULL AS unknown
  FROM open_span AS o
  WHERE o.site_id = ANY (ARRAY(SELECT s.site_id FROM site AS s WHERE s.code = ANY ($1::text[])))
), stored_whole AS (
  TABLE stored
  UNION ALL
  SELECT s.site_id, min(s.starts_at), min(s.starts_at), NULL FROM stored AS s GROUP BY s.site_id
), fresh AS (
  SELECT f.site_id, f.starts_at, f.ends_at, f.seconds_before IS NULL AS unknown
  FROM fresh_span AS f
), fresh_whole AS (
  TABLE fresh
  UNION ALL
  SELECT f.site_id, min(f.starts_at), min(f.starts_at), NULL FROM fresh AS f GROUP BY f.site_id
)
INSERT INTO changed_hours (site_id, first_day, last_day)
SELECT d.site_id, min(d.starts_at)::date - 1, max(d.ends_at)::date + 1
FROM (
  (TABLE stored_whole EXCEPT TABLE fresh_whole)
  UNION ALL
  (TABLE fresh_whole EXCEPT TABLE stored_whole)
) AS d
GROUP BY d.site_id
