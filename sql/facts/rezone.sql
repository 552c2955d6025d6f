-- Contacts of sites with a new zone: the steps of moving them to other days and quarters.

-- name: stage
-- Make the table for moving the contacts of sites with a new zone.
CREATE TEMP TABLE IF NOT EXISTS moved_contact (
  source_id smallint, contact_id text, customer_id bigint, site_id smallint, day date, new_day date, new_quarter smallint
);
TRUNCATE moved_contact

-- name: find
-- Find the contacts of the sites $1 whose local day or quarter changes with the site's present zone.
INSERT INTO moved_contact
SELECT c.source_id, c.contact_id, c.customer_id, c.site_id, c.day, w.day, w.quarter
FROM contact AS c
JOIN site AS s ON s.site_id = c.site_id
CROSS JOIN LATERAL (SELECT c.offered_at AT TIME ZONE s.zone AS wall OFFSET 0) AS l
CROSS JOIN LATERAL (
  SELECT
    l.wall::date AS day,
    (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint AS quarter
) AS w
WHERE s.code = ANY ($1::text[])
  AND (c.day, c.quarter) <> (w.day, w.quarter)

-- name: mark
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

-- name: mark_customers
-- Mark the customers of the moved contacts, because a case has the day of its first contact.
INSERT INTO dirty_customer (customer_id)
SELECT DISTINCT customer_id FROM moved_contact WHERE customer_id <> 0

-- name: move_contacts
-- Give the moved contacts their new day and quarter.
UPDATE contact AS c
SET day = m.new_day, quarter = m.new_quarter
FROM moved_contact AS m
WHERE c.source_id = m.source_id
  AND c.contact_id = m.contact_id
  AND c.customer_id = m.customer_id
  AND c.day = m.day

-- name: move_legs
-- Give the moved contacts' legs their new day and quarter.
UPDATE leg AS c
SET day = m.new_day, quarter = m.new_quarter
FROM moved_contact AS m
WHERE c.source_id = m.source_id
  AND c.contact_id = m.contact_id
  AND c.customer_id = m.customer_id
  AND c.day = m.day

-- name: move_places
-- Update the places of the moved contacts.
UPDATE contact_place AS p
SET day = m.new_day
FROM moved_contact AS m
WHERE p.source_id = m.source_id
  AND p.contact_id = m.contact_id
