-- Add the customers that surveys without a contact name for the first time, each with the segment in the survey. $1 are
-- the codes.
INSERT INTO customer (code, segment_id)
SELECT r.customer, coalesce(max(g.segment_id), 0)
FROM ready_survey AS r
LEFT JOIN segment AS g ON g.code = r.segment
WHERE r.refused IS NULL
  AND r.customer = ANY ($1::text[])
GROUP BY r.customer
ORDER BY r.customer
ON CONFLICT (code) DO NOTHING
