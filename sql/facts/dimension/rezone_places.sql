-- Update the places of the moved contacts.
UPDATE contact_place AS p
SET day = m.new_day
FROM moved_contact AS m
WHERE p.source_id = m.source_id
  AND p.contact_id = m.contact_id
