-- contacts

-- contact_month tells time by month; contact_day_site tells time by day; contact_clock tells time by clock; contact_month_segment tells time by month; contact_month_moment tells time by month; contact_day tells time by day; contact_month_full tells time by month; contact_usual_site tells time by usual; contact_usual tells time by usual; contact_day_full tells time by day; contact_quarter covers the question
-- $1 'America/New_York'
-- $2 datetime.date(2015, 11, 30)
-- $3 datetime.date(2016, 1, 2)
-- $4 datetime.datetime(2015, 12, 1, 5, 0, tzinfo=datetime.timezone.utc)
-- $5 datetime.datetime(2016, 1, 1, 5, 0, tzinfo=datetime.timezone.utc)
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
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
