-- Delete the leg (number 0) that the contact's previous row made.
DELETE FROM leg AS l
USING ready_contact AS r
WHERE r.status = 'replaced'
  AND l.source_id = r.source_id
  AND l.contact_id = r.contact_id
  AND l.customer_id = r.old_customer_id
  AND l.day = r.old_day
  AND l.leg_number = 0
