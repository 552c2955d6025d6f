-- contacts

-- contact_month is too coarse (month); contact_day_site is too coarse (day); contact_clock covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.quarter::int AS k0,
    sum(f.contacts) AS p0
  FROM rollup.contact_clock AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
