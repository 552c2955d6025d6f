-- qos

-- contact_month is too coarse (month); contact_day_site is too coarse (day); contact_clock is too coarse (clock); contact_month_segment is too coarse (month); contact_month_moment is too coarse (month); contact_day is too coarse (day); contact_month_full is too coarse (month); contact_usual_site covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.quarter::int AS k0,
    sum(f.handled) AS p0,
    sum(f.offered) AS p1
  FROM rollup.contact_usual_site AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND f.weekday::int = ANY($4::int[])
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
