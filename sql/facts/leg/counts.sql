-- Count the new legs and the legs that replace others. Stored legs that are removed because the contact's row made them
-- do not count.
SELECT count(*) FILTER (WHERE l.leg_number IS NULL) AS loaded, count(l.leg_number) AS replaced
FROM ready_leg AS r
LEFT JOIN leg AS l
  ON l.source_id = r.source_id AND l.contact_id = r.contact_id AND l.leg_number = r.leg_number AND l.customer_id = r.customer_id
  AND l.day = r.day
