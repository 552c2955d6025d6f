-- service_level(within=25)

-- contact_month covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.handled_to_30) AS p0,
  COALESCE(sum(f.handled_to_5), 0) + COALESCE(sum(f.handled_to_10), 0) + COALESCE(sum(f.handled_to_15), 0) + COALESCE(sum(f.handled_to_20), 0) AS p1,
  sum(f.handled) AS p2,
  sum(f.abandoned) AS p3,
  sum(f.expired) AS p4,
  sum(f.handled_unknown) AS p5,
  sum(f.abandoned_unknown) AS p6
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;

-- pending_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 25.0
SELECT
  count(*) FILTER (WHERE f.age > $3::float8) AS p0
FROM pending_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND NOT f.outbound;
