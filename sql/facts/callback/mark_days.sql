-- Mark the days whose figures these promises change: the days of the promises, of the calls, of the contacts that they
-- follow, and of those contacts' other promises (index callback_contact: one call fulfils them all). Mark the
-- customers' lost contacts in the day before a call too. Old and new rows count. Mark also the customers, whose open
-- recovery entries change, and the cases of the contacts. Run before anything is stored.
WITH touched AS (
  SELECT site_id, day, customer_id, made_at, contact_source_id, contact_id FROM ready_callback
  UNION
  SELECT s.site_id, s.day, s.customer_id, s.made_at, s.contact_source_id, s.contact_id
  FROM ready_callback AS r
  JOIN callback AS s ON s.source_id = r.source_id AND s.callback_id = r.callback_id
), customers AS (
  INSERT INTO dirty_customer (customer_id)
  SELECT DISTINCT t.customer_id FROM touched AS t WHERE t.customer_id <> 0
), followed AS (
  SELECT c.source_id, c.case_id, c.site_id, c.day
  FROM touched AS t
  JOIN contact_place AS p ON p.source_id = t.contact_source_id AND p.contact_id = t.contact_id
  JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
), cases AS (
  INSERT INTO dirty_case (source_id, case_id)
  SELECT DISTINCT f.source_id, f.case_id FROM followed AS f WHERE f.case_id IS NOT NULL
)
INSERT INTO dirty_day (site_id, day, change)
SELECT t.site_id, t.day, 'callback' FROM touched AS t
UNION
SELECT t.site_id, (t.made_at AT TIME ZONE i.zone)::date, 'callback'
FROM touched AS t
JOIN site AS i USING (site_id)
WHERE t.made_at IS NOT NULL
UNION
SELECT f.site_id, f.day, w.change
FROM followed AS f
CROSS JOIN (VALUES ('standing'), ('callback')) AS w (change)
UNION
SELECT o.site_id, o.day, 'callback'
FROM touched AS t
JOIN callback AS o ON o.contact_source_id = t.contact_source_id AND o.contact_id = t.contact_id
UNION
SELECT c.site_id, c.day, 'standing'
FROM touched AS t
JOIN contact AS c
  ON c.customer_id = t.customer_id
  AND c.customer_id <> 0
  AND c.offered_at >= t.made_at - interval '1 day'
  AND c.offered_at < t.made_at
  AND c.day BETWEEN (t.made_at AT TIME ZONE 'UTC')::date - 3 AND (t.made_at AT TIME ZONE 'UTC')::date + 1
