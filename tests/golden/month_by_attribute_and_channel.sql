-- qos

-- contact_month lacks attribute; contact_day_site lacks attribute, channel; contact_clock lacks attribute, channel; contact_month_segment lacks attribute; contact_month_moment lacks attribute; contact_day lacks attribute; contact_month_full lacks attribute; contact_usual_site lacks attribute, channel; contact_usual lacks attribute; contact_day_full lacks attribute; contact_quarter lacks attribute; contact_attribute_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 1
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(k2) AS k2,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.value_id AS k1,
    f.channel_id AS k2,
    sum(f.handled) AS p0,
    sum(f.offered) AS p1
  FROM rollup.contact_attribute_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND f.attribute = $4::smallint
    AND NOT f.outbound
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
) AS a;
