-- Take up to $1 customers whose contacts changed, with all their marks (index dirty_customer_customer). The customers
-- with the lowest numbers are taken: an upper bound then selects their marks, so the planner needs no join over a table
-- that has just grown by millions.
WITH bound AS (
  SELECT max(c.customer_id) AS customer_id
  FROM (
    SELECT DISTINCT d.customer_id
    FROM dirty_customer AS d
    ORDER BY d.customer_id
    LIMIT $1
  ) AS c
),
taken AS (
  DELETE FROM dirty_customer AS d
  WHERE d.customer_id <= (SELECT b.customer_id FROM bound AS b)
  RETURNING d.customer_id
)
INSERT INTO touched_customer
SELECT DISTINCT t.customer_id
FROM taken AS t
