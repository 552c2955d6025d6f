-- service_level(within=33)

-- within_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 33.0
SELECT
  sum(f.handled_within) FILTER (WHERE f.threshold = $4::float8) AS p0
FROM rollup.within_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.handled) AS p0,
  sum(f.abandoned) AS p1,
  sum(f.expired) AS p2,
  sum(f.handled_unknown) AS p3,
  sum(f.abandoned_unknown) AS p4
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;

-- pending_fact covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 33.0
SELECT
  count(*) FILTER (WHERE f.age > $3::float8) AS p0
FROM pending_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND NOT f.outbound;
