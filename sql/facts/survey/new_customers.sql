-- Customers named for the first time by surveys that follow no contact: $1 the codes. With the segment they came with.
INSERT INTO customer (code, segment_id)
SELECT r.customer, coalesce(max(g.segment_id), 0)
FROM ready_survey AS r
LEFT JOIN segment AS g ON g.code = r.segment
WHERE r.refused IS NULL
  AND r.customer = ANY ($1::text[])
GROUP BY r.customer
ORDER BY r.customer
ON CONFLICT (code) DO NOTHING
