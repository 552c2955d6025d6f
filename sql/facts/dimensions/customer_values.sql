-- Store the values of customers from a file, each from a day on: lifetime value, potential, management cost. An empty
-- value leaves the stored one. $1 the rows, $2 the columns that the file has. Several rows of one customer and day (a
-- history of segments) are merged.
INSERT INTO customer_value AS t (customer_id, valid_from, lifetime_value, potential, management_cost)
SELECT
  c.customer_id,
  coalesce(r.value_from, '-infinity'),
  (array_agg(r.lifetime_value ORDER BY r.position DESC) FILTER (WHERE r.lifetime_value IS NOT NULL))[1],
  (array_agg(r.potential ORDER BY r.position DESC) FILTER (WHERE r.potential IS NOT NULL))[1],
  (array_agg(r.management_cost ORDER BY r.position DESC) FILTER (WHERE r.management_cost IS NOT NULL))[1]
FROM ROWS FROM (
  jsonb_to_recordset($1::jsonb)
    AS (customer text, lifetime_value numeric, potential numeric, management_cost numeric, value_from date)
) WITH ORDINALITY AS r (customer, lifetime_value, potential, management_cost, value_from, position)
JOIN customer AS c ON c.code = r.customer
WHERE num_nonnulls(r.lifetime_value, r.potential, r.management_cost) > 0
  AND cardinality($2::text[]) > 0
GROUP BY 1, 2
ON CONFLICT (customer_id, valid_from) DO UPDATE
SET
  lifetime_value = coalesce(excluded.lifetime_value, t.lifetime_value),
  potential = coalesce(excluded.potential, t.potential),
  management_cost = coalesce(excluded.management_cost, t.management_cost)
WHERE (t.lifetime_value, t.potential, t.management_cost) IS DISTINCT FROM (
  coalesce(excluded.lifetime_value, t.lifetime_value), coalesce(excluded.potential, t.potential),
  coalesce(excluded.management_cost, t.management_cost))
RETURNING (SELECT c.code FROM customer AS c WHERE c.customer_id = t.customer_id) AS key, false AS inserted
