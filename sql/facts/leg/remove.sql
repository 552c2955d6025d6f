-- Delete the previous legs of these contacts, including those made from the contacts' rows.
DELETE FROM leg AS l
USING legged_contact AS t
WHERE l.source_id = t.source_id
  AND l.contact_id = t.contact_id
  AND l.customer_id = t.customer_id
  AND l.day = t.day
