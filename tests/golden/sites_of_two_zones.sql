-- contacts

-- contact_month tells time by month; contact_day_site tells time by day; contact_clock tells time by clock; contact_month_segment tells time by month; contact_month_moment tells time by month; contact_day tells time by day; contact_month_full tells time by month; contact_usual_site tells time by usual; contact_usual tells time by usual; contact_day_full tells time by day; contact_quarter covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
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
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
