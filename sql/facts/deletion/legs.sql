-- Delete all legs of the deleted contacts.
DELETE FROM leg AS l
USING ready_contact AS r
WHERE l.source_id = r.source_id
  AND l.contact_id = r.contact_id
  AND l.customer_id = r.old_customer_id
  AND l.day = r.old_day
