-- Mark the cases whose number these contacts or their parents carry, or carried before. The parents are included
-- because a callback decides whether its parent got through.
WITH before AS (
  SELECT c.source_id, c.case_id, c.parent_id
  FROM ready_contact AS r
  JOIN contact AS c ON c.source_id = r.source_id AND c.contact_id = r.contact_id AND c.customer_id = r.old_customer_id AND c.day = r.old_day
  WHERE r.status = 'replaced'
), touched AS (
  SELECT source_id, case_id, parent_id FROM ready_contact
  UNION
  SELECT source_id, case_id, parent_id FROM before
)
INSERT INTO dirty_case (source_id, case_id)
SELECT t.source_id, t.case_id FROM touched AS t WHERE t.case_id IS NOT NULL
UNION
SELECT c.source_id, c.case_id
FROM touched AS t
JOIN contact_place AS p ON p.source_id = t.source_id AND p.contact_id = t.parent_id
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
WHERE c.case_id IS NOT NULL
