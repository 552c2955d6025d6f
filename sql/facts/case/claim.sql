-- Take up to $1 customers whose contacts changed, and all their marks (index dirty_customer_customer).
WITH chosen AS (
  SELECT DISTINCT d.customer_id
  FROM dirty_customer AS d
  ORDER BY d.customer_id
  LIMIT $1
),
taken AS (
  DELETE FROM dirty_customer AS d
  USING chosen AS c
  WHERE d.customer_id = c.customer_id
)
INSERT INTO touched_customer
SELECT c.customer_id
FROM chosen AS c
