-- Mark the days that the moved contacts leave and enter, at their sites and at their legs' sites.
INSERT INTO dirty_day (site_id, day, change)
SELECT site_id, day, 'contact' FROM moved_contact
UNION
SELECT site_id, new_day, 'contact' FROM moved_contact
UNION
SELECT l.site_id, d.day, 'leg'
FROM moved_contact AS m
JOIN leg AS l ON l.source_id = m.source_id AND l.contact_id = m.contact_id AND l.customer_id = m.customer_id AND l.day = m.day
CROSS JOIN LATERAL (VALUES (m.day), (m.new_day)) AS d (day)
