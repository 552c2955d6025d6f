-- contacts, qos, aht

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5,
  array_agg(p6) AS p6,
  array_agg(p7) AS p7
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.channel_id AS k1,
    sum(f.contacts) AS p0,
    sum(f.handled) AS p1,
    sum(f.offered) AS p2,
    sum(f.talk)::float8 AS p3,
    sum(f.hold)::float8 AS p4,
    sum(f.acw)::float8 AS p5,
    sum(f.timed) AS p6,
    sum(f.handled) AS p7
  FROM rollup.contact_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
