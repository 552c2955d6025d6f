-- Mark the days whose figures these rows change: the days that the rows enter and leave, the days of their legs, of
-- their parents and of the parents' promised callbacks, and of the gestures that followed them, because gestures have
-- their contact's channel and agent (index goodwill_contact). Mark the parents' customers too, because these contacts
-- may have reached them. Run before anything is stored.
WITH changed AS (
  SELECT DISTINCT site_id, leg_site_id, has_agent, several, day
  FROM ready_contact
), before AS (
  SELECT r.source_id, r.contact_id, r.day AS new_day, c.customer_id, c.site_id, c.day, c.parent_id
  FROM ready_contact AS r
  JOIN contact AS c ON c.source_id = r.source_id AND c.contact_id = r.contact_id AND c.customer_id = r.old_customer_id AND c.day = r.old_day
  WHERE r.status = 'replaced'
), legs AS (
  SELECT l.site_id, l.day, b.new_day, l.leg_number
  FROM before AS b
  JOIN leg AS l ON l.source_id = b.source_id AND l.contact_id = b.contact_id AND l.customer_id = b.customer_id AND l.day = b.day
), parents AS (
  SELECT source_id, parent_id FROM ready_contact WHERE parent_id IS NOT NULL
  UNION
  SELECT source_id, parent_id FROM before WHERE parent_id IS NOT NULL
), callers AS (
  INSERT INTO dirty_customer (customer_id)
  SELECT DISTINCT p.customer_id
  FROM parents AS a
  JOIN contact_place AS p ON p.source_id = a.source_id AND p.contact_id = a.parent_id
  WHERE p.customer_id <> 0
)
INSERT INTO dirty_day (site_id, day, change)
SELECT site_id, day, 'contact' FROM changed
UNION
SELECT leg_site_id, day, 'leg' FROM changed WHERE has_agent
UNION
SELECT site_id, day, 'leg' FROM changed WHERE several
UNION
SELECT site_id, day, 'contact' FROM before
UNION
SELECT site_id, day, 'leg' FROM legs
UNION
SELECT site_id, new_day, 'leg' FROM legs WHERE leg_number > 0
UNION
SELECT c.site_id, c.day, w.change
FROM parents AS a
JOIN contact_place AS p ON p.source_id = a.source_id AND p.contact_id = a.parent_id
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
CROSS JOIN (VALUES ('standing'), ('callback')) AS w (change)
UNION
SELECT b.site_id, b.day, 'callback'
FROM parents AS a
JOIN callback AS b ON b.contact_source_id = a.source_id AND b.contact_id = a.parent_id
UNION
SELECT g.site_id, g.day, 'goodwill'
FROM ready_contact AS r
JOIN goodwill AS g ON g.contact_source_id = r.source_id AND g.contact_id = r.contact_id
