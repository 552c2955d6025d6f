-- service_level(within=25)

-- contact_month has wait-time bins only; contact_day_site has wait-time bins only; contact_clock has wait-time bins only; contact_month_segment has wait-time bins only; contact_month_moment has wait-time bins only; contact_day has wait-time bins only; contact_month_full has wait-time bins only; contact_usual_site has wait-time bins only; contact_usual has wait-time bins only; contact_day_full has wait-time bins only; contact_quarter has wait-time bins only; contact_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 25.0
SELECT
  count(*) FILTER (WHERE f.outcome_id = 1 AND f.wait <= $3::float8) AS p0,
  count(*) FILTER (WHERE f.outcome_id = 1) AS p1,
  count(*) FILTER (WHERE f.outcome_id = 3) AS p2,
  count(*) FILTER (WHERE f.outcome_id = 5) AS p3
FROM contact_fact AS f
WHERE f.day >= $1
  AND f.day < $2
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
