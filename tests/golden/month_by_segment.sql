-- qos

-- contact_month lacks segment; contact_day_site lacks segment; contact_clock lacks segment; contact_month_segment covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.segment_id AS k1,
    sum(f.handled) AS p0,
    sum(f.offered) AS p1
  FROM rollup.contact_month_segment AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
