-- Give the moved contacts their new day and quarter.
UPDATE contact AS c
SET day = m.new_day, quarter = m.new_quarter
FROM moved_contact AS m
WHERE c.source_id = m.source_id
  AND c.contact_id = m.contact_id
  AND c.customer_id = m.customer_id
  AND c.day = m.day
