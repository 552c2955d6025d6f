-- Mark the days whose figures change: those of the contacts, of their previous and new legs, and of the gestures that
-- followed the contacts, because gestures have the first leg's agent (index goodwill_contact).
INSERT INTO dirty_day (site_id, day, change)
SELECT offered_site_id, day, 'contact' FROM whole_leg
UNION
SELECT site_id, day, 'leg' FROM whole_leg
UNION
SELECT l.site_id, l.day, 'leg'
FROM legged_contact AS t
JOIN leg AS l ON l.source_id = t.source_id AND l.contact_id = t.contact_id AND l.customer_id = t.customer_id AND l.day = t.day
UNION
SELECT g.site_id, g.day, 'goodwill'
FROM legged_contact AS t
JOIN goodwill AS g ON g.contact_source_id = t.source_id AND g.contact_id = t.contact_id
