-- Delete the places of these contacts.
DELETE FROM contact_place AS p
USING ready_contact AS r
WHERE p.source_id = r.source_id
  AND p.contact_id = r.contact_id
