-- Promised callbacks: what differs from other staged facts.

-- name: rezone_mark_customers
-- Mark the customers of the promises made at sites ($1) that get another zone.
INSERT INTO dirty_customer (customer_id)
SELECT DISTINCT b.customer_id
FROM callback AS b
JOIN site AS s ON s.site_id = b.site_id
WHERE s.code = ANY ($1::text[])
  AND b.customer_id <> 0
