-- The lifetime values that a file of customers tells; an empty one says nothing. $1 the rows, $2 unused here.
INSERT INTO customer_value AS t (customer_id, valid_from, lifetime_value)
SELECT c.customer_id, coalesce(r.value_from, '-infinity'), r.lifetime_value
FROM jsonb_to_recordset($1::jsonb) AS r (customer text, lifetime_value numeric, value_from date)
JOIN customer AS c ON c.code = r.customer
WHERE r.lifetime_value IS NOT NULL AND cardinality($2::text[]) > 0
ON CONFLICT (customer_id, valid_from) DO UPDATE
SET lifetime_value = excluded.lifetime_value
WHERE t.lifetime_value <> excluded.lifetime_value
RETURNING (SELECT c.code FROM customer AS c WHERE c.customer_id = t.customer_id) AS key, false AS inserted
