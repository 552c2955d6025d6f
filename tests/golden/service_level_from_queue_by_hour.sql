-- service_level(within=33,wait_from=queue)

-- queued_within_month is too coarse (month); queued_within_day is too coarse (day); contact_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    date_bin('15 minutes', f.offered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.outcome_id = 1 AND f.queue_wait <= $3::float8) AS p0
  FROM contact_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- contact_month lacks queue; contact_day_site lacks queue; contact_clock lacks queue; contact_month_segment lacks queue; contact_month_moment lacks queue; contact_day lacks queue; contact_month_full lacks queue; contact_usual_site lacks queue; contact_usual lacks queue; contact_day_full lacks queue; contact_quarter lacks queue; contact_month_queue is too coarse (month); contact_day_queue is too coarse (day); contact_month_queues is too coarse (month); contact_day_queues is too coarse (day); contact_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    date_bin('15 minutes', f.offered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.outcome_id = 1) AS p0,
    count(*) FILTER (WHERE f.outcome_id = 3) AS p1,
    count(*) FILTER (WHERE f.outcome_id = 5) AS p2
  FROM contact_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- pending_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    date_bin('15 minutes', f.offered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.queue_age > $3::float8) AS p0
  FROM pending_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- queued_month is too coarse (month); queued_day is too coarse (day); contact_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    date_bin('15 minutes', f.offered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.outcome_id = 1 AND f.queue_wait IS NULL) AS p0,
    count(*) FILTER (WHERE f.outcome_id = 3 AND f.queue_wait IS NULL) AS p1
  FROM contact_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
