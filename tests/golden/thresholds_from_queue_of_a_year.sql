-- service_level(within=33,wait_from=queue)

-- queued_within_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 33.0
SELECT
  sum(f.handled_from_queue_within) FILTER (WHERE f.threshold = $4::float8) AS p0
FROM rollup.queued_within_month AS f
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
  sum(f.expired) AS p2
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
  count(*) FILTER (WHERE f.queue_age > $3::float8) AS p0
FROM pending_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND NOT f.outbound;

-- queued_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.handled_unknown_from_queue) AS p0,
  sum(f.abandoned_unknown_from_queue) AS p1
FROM rollup.queued_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;
