-- Mark the cases that may have the team and agent of a changed contact.
INSERT INTO dirty_case (source_id, case_id)
SELECT DISTINCT c.source_id, c.case_id
FROM legged_contact AS r
JOIN contact AS c ON c.source_id = r.source_id AND c.contact_id = r.contact_id AND c.customer_id = r.customer_id AND c.day = r.day
WHERE c.case_id IS NOT NULL
