-- Recompute the open waits of the contacts that a changed time may affect, and mark the days of those that change. A
-- wait is at most 30 days long (index contact_site_day).
WITH touched AS (
  SELECT
    c.source_id, c.contact_id, c.customer_id, c.site_id, c.day, c.outcome_id, c.in_hours, c.wait_open,
    o.is_open AS now_in_hours, CASE WHEN c.wait IS NOT NULL THEN o.seconds END AS now_wait_open
  FROM changed_hours AS h
  JOIN contact AS c ON c.site_id = h.site_id AND c.day BETWEEN h.first_day - 32 AND h.last_day + 1
  LEFT JOIN LATERAL open_time(c.site_id, c.offered_at, c.offered_at + make_interval(secs => coalesce(c.wait, 0)::float8)) AS o ON true
), changed AS (
  UPDATE contact AS c
  SET in_hours = t.now_in_hours, wait_open = t.now_wait_open
  FROM touched AS t
  WHERE c.source_id = t.source_id
    AND c.contact_id = t.contact_id
    AND c.customer_id = t.customer_id
    AND c.day = t.day
    AND (t.in_hours, t.wait_open) IS DISTINCT FROM (t.now_in_hours, t.now_wait_open::numeric(11, 3))
  RETURNING c.site_id, c.day
)
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT site_id, day, 'hours' FROM changed
