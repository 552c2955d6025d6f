-- Mark the cases whose number these contacts carry, or carried before.
INSERT INTO dirty_case (source_id, case_id)
SELECT source_id, case_id FROM ready_contact WHERE case_id IS NOT NULL
UNION
SELECT c.source_id, c.case_id
FROM ready_contact AS r
JOIN contact AS c ON c.source_id = r.source_id AND c.contact_id = r.contact_id AND c.customer_id = r.old_customer_id AND c.day = r.old_day
WHERE r.status = 'replaced'
  AND c.case_id IS NOT NULL
