-- Mark what mark_followers.sql marks, for a large batch: every known day of every site in the seven days after and the
-- day before. This marks too many days at most, and costs nothing. A day with contacts either is marked already or was
-- refreshed once.
WITH touched AS (
  SELECT DISTINCT day FROM ready_contact WHERE customer_id <> 0
  UNION
  SELECT DISTINCT old_day FROM ready_contact WHERE old_customer_id <> 0
), known AS (
  SELECT site_id, day FROM day_version
  UNION
  SELECT site_id, day FROM dirty_day
)
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT k.site_id, k.day, 'standing'
FROM touched AS t
JOIN known AS k ON k.day BETWEEN t.day - 3 AND t.day + 9
