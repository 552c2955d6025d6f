-- Update the places of the moved contacts.
UPDATE contact_place AS p
SET customer_id = r.customer_id, day = r.day
FROM ready_contact AS r
WHERE r.status = 'replaced'
  AND (r.customer_id, r.day) <> (r.old_customer_id, r.old_day)
  AND p.source_id = r.source_id
  AND p.contact_id = r.contact_id
