-- contacts, aht

-- contact_month lacks attribute; contact_day_site lacks attribute; contact_clock lacks attribute; contact_month_segment lacks attribute; contact_month_moment lacks attribute; contact_day lacks attribute; contact_month_full lacks attribute; contact_usual_site lacks attribute; contact_usual lacks attribute; contact_day_full lacks attribute; contact_quarter lacks attribute; contact_attribute_month is too coarse (month); contact_attribute_site covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 1
-- $5 [0, 1]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5
FROM (
  SELECT
    f.day AS k0,
    f.value_id AS k1,
    sum(f.contacts) AS p0,
    sum(f.talk)::float8 AS p1,
    sum(f.hold)::float8 AS p2,
    sum(f.acw)::float8 AS p3,
    sum(f.timed) AS p4,
    sum(f.handled) AS p5
  FROM rollup.contact_attribute_site AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.attribute = $4::smallint
    AND f.value_id = ANY($5::smallint[])
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
