-- goodwill_cost, goodwill_return(kind=goodwill)

-- goodwill_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5,
  array_agg(p6) AS p6
FROM (
  SELECT
    f.site_id AS k0,
    sum(f.goodwill_cost)::float8 AS p0,
    sum(f.prevention_cost)::float8 AS p1,
    sum(f.goodwill_count) AS p2,
    sum(f.prevention_count) AS p3,
    sum(f.goodwill_revenue)::float8 AS p4,
    sum(f.goodwill_cost_returned)::float8 AS p5,
    sum(f.goodwill_returned) AS p6
  FROM rollup.goodwill_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1
  ORDER BY 1
) AS a;
