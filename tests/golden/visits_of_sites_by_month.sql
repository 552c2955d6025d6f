-- queue_service_level(within=33)

-- visit_within_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.site_id AS k0,
    f.queue_id AS k1,
    sum(f.visits_answered_within) FILTER (WHERE f.threshold = $4::float8) AS p0,
    sum(f.visits_passed_on_within) FILTER (WHERE f.threshold = $4::float8) AS p1
  FROM rollup.visit_within_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- visit_month_queue lacks site; visit_day_queue lacks site; visit_month covers the question
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
  array_agg(p5) AS p5
FROM (
  SELECT
    f.site_id AS k0,
    f.queue_id AS k1,
    sum(f.visits_answered) AS p0,
    sum(f.visits_abandoned) AS p1,
    sum(f.visits_passed_on) AS p2,
    sum(f.visits_answered_unknown) AS p3,
    sum(f.visits_abandoned_unknown) AS p4,
    sum(f.visits_passed_on_unknown) AS p5
  FROM rollup.visit_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- waiting_visit_fact covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.site_id AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.age > $3::float8) AS p0
  FROM waiting_visit_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
