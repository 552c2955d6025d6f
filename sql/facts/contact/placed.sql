-- The rows whose ids are stored already, and where (one probe of contact_place each). The source is locked, so that nobody stores them meanwhile.
UPDATE ready_contact AS r
SET status = 'replaced', old_customer_id = p.customer_id, old_day = p.day
FROM contact_place AS p
WHERE p.source_id = r.source_id
  AND p.contact_id = r.contact_id
