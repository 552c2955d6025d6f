-- contact_share_of_customers

-- distinct customers are counted from the contacts
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  q.k0,
  q.k1,
  count(*) AS p0
FROM (
SELECT
  date_trunc('month', f.day::timestamp)::date AS k0,
  COALESCE(h.segment_id, c.segment_id) AS k1,
  f.customer_id
FROM contact_fact AS f
JOIN customer AS c ON c.customer_id = f.customer_id
LEFT JOIN customer_segment_span AS h
  ON h.customer_id = c.customer_id AND LEAST(LEAST((date_trunc('month', f.day::timestamp)::date + interval '1 month')::date, $2::date) - 1, c.churned_on) >= h.starts AND LEAST(LEAST((date_trunc('month', f.day::timestamp)::date + interval '1 month')::date, $2::date) - 1, c.churned_on) < h.ends
WHERE f.day >= $1
  AND f.day < $2
  AND f.customer_id <> 0
  AND f.outcome_id <> 6
  AND NOT f.outbound
  AND (c.joined_on IS NULL OR c.joined_on < LEAST((date_trunc('month', f.day::timestamp)::date + interval '1 month')::date, $2::date))
  AND (c.churned_on IS NULL OR c.churned_on >= GREATEST(date_trunc('month', f.day::timestamp)::date, $1::date))
GROUP BY 1, 2, 3
) AS q
GROUP BY 1, 2
ORDER BY 1, 2;

-- the base is computed from the customers who joined and left
-- $1 [datetime.date(2015, 1, 1), datetime.date(2015, 2, 1), datetime.date(2015, 3, 1), datetime.date(2015, 4, 1), datetime.date(2015, 5, 1), datetime.date(2015, 6, 1), datetime.date(2015, 7, 1), datetime.date(2015, 8, 1), datetime.date(2015, 9, 1), datetime.date(2015, 10, 1), datetime.date(2015, 11, 1), datetime.date(2015, 12, 1)]
-- $2 [datetime.date(2015, 2, 1), datetime.date(2015, 3, 1), datetime.date(2015, 4, 1), datetime.date(2015, 5, 1), datetime.date(2015, 6, 1), datetime.date(2015, 7, 1), datetime.date(2015, 8, 1), datetime.date(2015, 9, 1), datetime.date(2015, 10, 1), datetime.date(2015, 11, 1), datetime.date(2015, 12, 1), datetime.date(2016, 1, 1)]
SELECT
  b.start AS k0,
  f.segment_id AS k1,
  sum(f.joined + f.moved) FILTER (WHERE f.day < b.ending) - COALESCE(sum(f.churned) FILTER (WHERE f.day < b.beginning), 0) AS p0
FROM unnest($1::date[], $1::date[], $2::date[]) AS b (start, beginning, ending)
CROSS JOIN rollup.customer_flow AS f
GROUP BY 1, 2
ORDER BY 1, 2;

-- distinct customers are counted from the contacts
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  count(*) AS p0
FROM (
SELECT
  f.customer_id
FROM contact_fact AS f
JOIN customer AS c ON c.customer_id = f.customer_id
WHERE f.day >= $1
  AND f.day < $2
  AND f.customer_id <> 0
  AND f.outcome_id <> 6
  AND NOT f.outbound
  AND (c.joined_on IS NULL OR c.joined_on < $2::date)
  AND (c.churned_on IS NULL OR c.churned_on >= $1::date)
GROUP BY 1
) AS q;

-- the base is computed from the customers who joined and left
-- $1 [datetime.date(2015, 1, 1)]
-- $2 [datetime.date(2016, 1, 1)]
SELECT
  sum(f.joined + f.moved) FILTER (WHERE f.day < b.ending) - COALESCE(sum(f.churned) FILTER (WHERE f.day < b.beginning), 0) AS p0
FROM unnest($1::date[], $1::date[], $2::date[]) AS b (start, beginning, ending)
CROSS JOIN rollup.customer_flow AS f;
