-- Mark the days of the same customers' contacts in the seven days after, which may become or stop being repeats, and in
-- the day before, which these contacts may have reached. Nested loop on contact_customer, for batches of some thousands
-- (see mark_week.sql for larger ones). Run before anything is stored.
WITH touched AS (
  SELECT customer_id, offered_at, day FROM ready_contact WHERE customer_id <> 0
  UNION
  SELECT c.customer_id, c.offered_at, c.day
  FROM ready_contact AS r
  JOIN contact AS c ON c.source_id = r.source_id AND c.contact_id = r.contact_id AND c.customer_id = r.old_customer_id AND c.day = r.old_day
  WHERE r.status = 'replaced' AND c.customer_id <> 0
)
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT c.site_id, c.day, 'standing'
FROM touched AS t
JOIN contact AS c
  ON c.customer_id = t.customer_id
  AND c.offered_at >= t.offered_at - interval '1 day'
  AND c.offered_at <= t.offered_at + interval '7 days'
  AND c.day BETWEEN t.day - 3 AND t.day + 9
