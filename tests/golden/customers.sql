-- customers_in_contact, cost_to_serve, clv

-- distinct customers are counted from the contacts
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  q.k0,
  count(*) AS p0,
  sum(q.cost)::float8 AS p1,
  count(q.cost) AS p2,
  sum(v0.known)::float8 AS p3,
  count(v0.known) AS p4
FROM (
SELECT
  f.segment_id AS k0,
  f.customer_id,
  sum(f.cost) AS cost,
  max(f.day) AS last_day
FROM contact_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND f.customer_id <> 0
  AND f.outcome_id <> 6
  AND NOT f.outbound
GROUP BY 1, 2
) AS q
LEFT JOIN LATERAL (
  SELECT cv.lifetime_value AS known
  FROM customer_value AS cv
  WHERE cv.customer_id = q.customer_id
    AND cv.valid_from <= q.last_day
    AND cv.lifetime_value IS NOT NULL
  ORDER BY cv.valid_from DESC
  LIMIT 1
) AS v0 ON true
GROUP BY 1
ORDER BY 1;

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.unpriced_identified) AS p0,
  sum(f.identified) AS p1
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;

-- distinct customers are counted from the contacts
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  count(*) AS p0,
  sum(q.cost)::float8 AS p1,
  count(q.cost) AS p2,
  sum(v0.known)::float8 AS p3,
  count(v0.known) AS p4
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
  SELECT cv.lifetime_value AS known
  FROM customer_value AS cv
  WHERE cv.customer_id = q.customer_id
    AND cv.valid_from <= q.last_day
    AND cv.lifetime_value IS NOT NULL
  ORDER BY cv.valid_from DESC
  LIMIT 1
) AS v0 ON true;

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.identified) AS p0,
  sum(f.contacts) AS p1
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;
