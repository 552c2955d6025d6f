-- contacts

-- contact_month is too coarse (month); contact_day_site is too coarse (day); contact_clock is too coarse (clock); contact_month_segment is too coarse (month); contact_month_moment is too coarse (month); contact_day is too coarse (day); contact_month_full is too coarse (month); contact_usual_site is too coarse (usual); contact_usual is too coarse (usual); contact_day_full is too coarse (day); contact_quarter covers the question
-- $1 'America/New_York'
-- $2 datetime.date(2015, 11, 30)
-- $3 datetime.date(2016, 1, 2)
-- $4 datetime.datetime(2015, 12, 1, 5, 0, tzinfo=datetime.timezone.utc)
-- $5 datetime.datetime(2016, 1, 1, 5, 0, tzinfo=datetime.timezone.utc)
-- $6 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    (f.bucket AT TIME ZONE $1)::date AS k0,
    EXTRACT(isodow FROM (f.bucket AT TIME ZONE $1)::date)::int AS k1,
    sum(f.contacts) AS p0
  FROM rollup.contact_quarter AS f
  WHERE f.day BETWEEN $2 AND $3
    AND f.bucket >= $4
    AND f.bucket < $5
    AND rollups_as_of($6)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
