-- churned_customers, churn_rate(goodwill=with), churn_cost

-- churned customers are counted from the customers
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  date_trunc('month', f.day::timestamp)::date AS k0,
  f.segment_id AS k1,
  count(*) AS p0,
  count(*) FILTER (WHERE EXISTS (SELECT FROM goodwill AS g WHERE g.customer_id = f.customer_id AND g.day >= GREATEST(date_trunc('month', f.day::timestamp)::date, $1::date) - 365 AND g.day <= f.day)) AS p1,
  sum(f.lifetime_value)::float8 AS p2,
  count(f.lifetime_value) AS p3
FROM customer_churn AS f
WHERE f.day >= $1
  AND f.day < $2
GROUP BY 1, 2
ORDER BY 1, 2;

-- helped customers are counted from the customers and their gestures
-- $1 [datetime.date(2015, 1, 1), datetime.date(2015, 2, 1), datetime.date(2015, 3, 1), datetime.date(2015, 4, 1), datetime.date(2015, 5, 1), datetime.date(2015, 6, 1), datetime.date(2015, 7, 1), datetime.date(2015, 8, 1), datetime.date(2015, 9, 1), datetime.date(2015, 10, 1), datetime.date(2015, 11, 1), datetime.date(2015, 12, 1)]
-- $2 [datetime.date(2015, 2, 1), datetime.date(2015, 3, 1), datetime.date(2015, 4, 1), datetime.date(2015, 5, 1), datetime.date(2015, 6, 1), datetime.date(2015, 7, 1), datetime.date(2015, 8, 1), datetime.date(2015, 9, 1), datetime.date(2015, 10, 1), datetime.date(2015, 11, 1), datetime.date(2015, 12, 1), datetime.date(2016, 1, 1)]
SELECT
  b.start AS k0,
  COALESCE(h.segment_id, f.segment_id) AS k1,
  count(DISTINCT f.customer_id) AS p0
FROM unnest($1::date[], $1::date[], $2::date[]) AS b (start, beginning, ending)
JOIN goodwill AS g ON g.day >= b.beginning - 365 AND g.day < b.ending
JOIN customer AS f ON f.customer_id = g.customer_id
LEFT JOIN customer_segment_span AS h
  ON h.customer_id = f.customer_id AND LEAST(b.ending - 1, f.churned_on) >= h.starts AND LEAST(b.ending - 1, f.churned_on) < h.ends
WHERE (f.joined_on IS NULL OR f.joined_on < b.ending)
  AND (f.churned_on IS NULL OR f.churned_on >= b.beginning)
  AND (f.churned_on IS NULL OR f.churned_on >= g.day)
GROUP BY 1, 2
ORDER BY 1, 2;

-- churned customers are counted from the customers
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  count(*) AS p0,
  count(*) FILTER (WHERE EXISTS (SELECT FROM goodwill AS g WHERE g.customer_id = f.customer_id AND g.day >= $1::date - 365 AND g.day <= f.day)) AS p1,
  sum(f.lifetime_value)::float8 AS p2,
  count(f.lifetime_value) AS p3
FROM customer_churn AS f
WHERE f.day >= $1
  AND f.day < $2;

-- helped customers are counted from the customers and their gestures
-- $1 [datetime.date(2015, 1, 1)]
-- $2 [datetime.date(2016, 1, 1)]
SELECT
  count(DISTINCT f.customer_id) AS p0
FROM unnest($1::date[], $1::date[], $2::date[]) AS b (start, beginning, ending)
JOIN goodwill AS g ON g.day >= b.beginning - 365 AND g.day < b.ending
JOIN customer AS f ON f.customer_id = g.customer_id
LEFT JOIN customer_segment_span AS h
  ON h.customer_id = f.customer_id AND LEAST(b.ending - 1, f.churned_on) >= h.starts AND LEAST(b.ending - 1, f.churned_on) < h.ends
WHERE (f.joined_on IS NULL OR f.joined_on < b.ending)
  AND (f.churned_on IS NULL OR f.churned_on >= b.beginning)
  AND (f.churned_on IS NULL OR f.churned_on >= g.day);
