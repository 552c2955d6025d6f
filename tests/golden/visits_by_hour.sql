-- queue_service_level(within=33)

-- visit_within_month is too coarse (month); visit_within_day is too coarse (day); visit_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    date_bin('15 minutes', f.entered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.exit_id = 1 AND f.wait <= $3::float8) AS p0,
    count(*) FILTER (WHERE f.exit_id IN (3, 4) AND f.wait <= $3::float8) AS p1
  FROM visit_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- visit_month_queue is too coarse (month); visit_day_queue is too coarse (day); visit_month is too coarse (month); visit_day is too coarse (day); visit_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
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
    date_bin('15 minutes', f.entered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.exit_id = 1) AS p0,
    count(*) FILTER (WHERE f.exit_id = 2) AS p1,
    count(*) FILTER (WHERE f.exit_id IN (3, 4)) AS p2,
    count(*) FILTER (WHERE f.exit_id = 1 AND f.wait IS NULL) AS p3,
    count(*) FILTER (WHERE f.exit_id = 2 AND f.wait IS NULL) AS p4,
    count(*) FILTER (WHERE f.exit_id IN (3, 4) AND f.wait IS NULL) AS p5
  FROM visit_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- waiting_visit_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    date_bin('15 minutes', f.entered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.age > $3::float8) AS p0
  FROM waiting_visit_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
