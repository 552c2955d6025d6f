-- potential, management_cost

-- distinct customers are counted from the contacts
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  sum(v1.known)::float8 AS p0,
  count(v1.known) AS p1,
  sum(v2.known)::float8 AS p2,
  count(v2.known) AS p3
FROM (
SELECT
  f.customer_id,
  sum(f.cost) AS cost,
  max(f.day) AS last_day
FROM contact_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND f.customer_id <> 0
  AND f.outcome_id <> 6
  AND NOT f.outbound
GROUP BY 1
) AS q
LEFT JOIN LATERAL (
  SELECT cv.potential AS known
  FROM customer_value AS cv
  WHERE cv.customer_id = q.customer_id
    AND cv.valid_from <= q.last_day
    AND cv.potential IS NOT NULL
  ORDER BY cv.valid_from DESC
  LIMIT 1
) AS v1 ON true
LEFT JOIN LATERAL (
  SELECT cv.management_cost AS known
  FROM customer_value AS cv
  WHERE cv.customer_id = q.customer_id
    AND cv.valid_from <= q.last_day
    AND cv.management_cost IS NOT NULL
  ORDER BY cv.valid_from DESC
  LIMIT 1
) AS v2 ON true;
