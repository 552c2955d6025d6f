-- Mark the days whose figures change: of the contacts, and of their legs, as they were and as they will be.
INSERT INTO dirty_day (site_id, day)
SELECT offered_site_id, day FROM whole_leg
UNION
SELECT site_id, day FROM whole_leg
UNION
SELECT l.site_id, l.day
FROM legged_contact AS t
JOIN leg AS l ON l.source_id = t.source_id AND l.contact_id = t.contact_id AND l.customer_id = t.customer_id AND l.day = t.day
