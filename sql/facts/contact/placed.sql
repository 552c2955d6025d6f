-- Flag the rows whose ids are stored already, with their places (one probe of contact_place each). The source is
-- locked, so no other load can store them meanwhile.
UPDATE ready_contact AS r
SET status = 'replaced', old_customer_id = p.customer_id, old_day = p.day
FROM contact_place AS p
WHERE p.source_id = r.source_id
  AND p.contact_id = r.contact_id
