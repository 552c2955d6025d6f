-- qos_net(short=33)

-- contact_month is too coarse (month); contact_day_site is too coarse (day); contact_clock covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4
FROM (
  SELECT
    f.quarter::int AS k0,
    sum(f.handled) AS p0,
    sum(f.offered) AS p1,
    sum(f.deflected) AS p2,
    sum(f.abandoned_unknown) AS p3,
    sum(f.abandoned) AS p4
  FROM rollup.contact_clock AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- within_month is too coarse (month); within_day is too coarse (day); within_usual covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.quarter::int AS k0,
    sum(f.abandoned_within) FILTER (WHERE f.threshold = $4::float8) AS p0
  FROM rollup.within_usual AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
