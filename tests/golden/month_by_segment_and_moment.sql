-- asa

-- contact_month lacks moment, segment; contact_day_site lacks moment, segment; contact_clock lacks moment, segment; contact_month_segment lacks moment; contact_month_moment lacks segment; contact_day lacks moment, segment; contact_month_full covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(k2) AS k2,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    date_trunc('year', f.month::timestamp)::date AS k0,
    f.segment_id AS k1,
    f.moment_id AS k2,
    sum(f.wait_answered)::float8 AS p0,
    sum(f.handled) AS p1,
    sum(f.handled_unknown) AS p2
  FROM rollup.contact_month_full AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
) AS a;
