-- qos_net(short=34)

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.handled) AS p0,
  sum(f.offered) AS p1,
  sum(f.deflected) AS p2,
  sum(f.abandoned_unknown) AS p3,
  sum(f.abandoned) AS p4
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;

-- within_month is still being filled (thresholds); within_day is still being filled (thresholds); within_usual is still being filled (thresholds); within_quarter is still being filled (thresholds); contact_fact covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 34.0
SELECT
  count(*) FILTER (WHERE f.outcome_id = 3 AND f.wait <= $3::float8) AS p0
FROM contact_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND NOT f.outbound;
