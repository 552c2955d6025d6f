-- Collect the contacts whose legs change, with the sums of the legs that came from a file before.
INSERT INTO legged_contact
SELECT r.source_id, r.contact_id, r.customer_id, r.day, sum(l.talk), sum(l.hold), sum(l.acw)
FROM (SELECT DISTINCT source_id, contact_id, customer_id, day FROM ready_leg) AS r
LEFT JOIN leg AS l
  ON l.source_id = r.source_id AND l.contact_id = r.contact_id AND l.customer_id = r.customer_id AND l.day = r.day AND l.leg_number > 0
GROUP BY r.source_id, r.contact_id, r.customer_id, r.day
