-- service_level(within=20)

-- contact_month covers the question
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
  array_agg(p5) AS p5
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    COALESCE(sum(f.handled_to_5), 0) + COALESCE(sum(f.handled_to_10), 0) + COALESCE(sum(f.handled_to_15), 0) + COALESCE(sum(f.handled_to_20), 0) AS p0,
    sum(f.handled) AS p1,
    sum(f.abandoned) AS p2,
    sum(f.expired) AS p3,
    sum(f.handled_unknown) AS p4,
    sum(f.abandoned_unknown) AS p5
  FROM rollup.contact_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- pending_fact covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 20.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    date_trunc('month', f.day::timestamp)::date AS k0,
    count(*) FILTER (WHERE f.age > $3::float8) AS p0
  FROM pending_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
