-- contacts, qos, aht

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  date_trunc('month', f.month::timestamp)::date AS k0,
  f.channel_id AS k1,
  sum(f.contacts) AS p0,
  sum(f.handled) AS p1,
  sum(f.offered) AS p2,
  sum(f.talk)::float8 AS p3,
  sum(f.hold)::float8 AS p4,
  sum(f.acw)::float8 AS p5,
  sum(f.timed) AS p6
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND NOT f.outbound
GROUP BY 1, 2
ORDER BY 1, 2;
