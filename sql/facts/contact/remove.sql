-- Delete the previous version of the contacts.
DELETE FROM contact AS c
USING ready_contact AS r
WHERE r.status = 'replaced'
  AND c.source_id = r.source_id
  AND c.contact_id = r.contact_id
  AND c.customer_id = r.old_customer_id
  AND c.day = r.old_day
