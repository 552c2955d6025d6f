-- Add the customers seen for the first time, each with the segment in its row.
INSERT INTO customer (code, segment_id)
SELECT s.customer, max(coalesce(s.segment_id, 0))
FROM seen_contact AS s
WHERE s.customer IS NOT NULL
  AND NOT EXISTS (SELECT FROM customer AS c WHERE c.code = s.customer)
GROUP BY s.customer
ORDER BY s.customer
ON CONFLICT (code) DO NOTHING
