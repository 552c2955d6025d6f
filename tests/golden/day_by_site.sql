-- contacts, wait_max

-- contact_month is too coarse (month); contact_day_site covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5
FROM (
  SELECT
    f.day AS k0,
    f.site_id AS k1,
    sum(f.contacts) AS p0,
    max(f.wait_longest)::float8 AS p1,
    sum(f.handled_unknown) AS p2,
    sum(f.abandoned_unknown) AS p3,
    sum(f.handled) AS p4,
    sum(f.abandoned) AS p5
  FROM rollup.contact_day_site AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
