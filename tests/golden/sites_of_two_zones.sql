-- contacts

-- contact_month is too coarse (month); contact_day_site is too coarse (day); contact_clock is too coarse (clock); contact_month_segment is too coarse (month); contact_month_moment is too coarse (month); contact_day is too coarse (day); contact_month_full is too coarse (month); contact_usual_site is too coarse (usual); contact_usual is too coarse (usual); contact_day_full is too coarse (day); contact_quarter covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.bucket - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.site_id AS k1,
    sum(f.contacts) AS p0
  FROM rollup.contact_quarter AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
