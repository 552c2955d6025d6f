-- abandonment_rate

-- contact_month is too coarse (month); contact_day_site lacks channel; contact_clock lacks channel; contact_month_segment is too coarse (month); contact_month_moment is too coarse (month); contact_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
-- $5 [3]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.day AS k0,
    sum(f.abandoned) AS p0,
    sum(f.offered) FILTER (WHERE NOT (f.channel_id = ANY($5::smallint[]))) AS p1
  FROM rollup.contact_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.channel_id = ANY($4::smallint[])
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
