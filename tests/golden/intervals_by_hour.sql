-- occupancy, service_level(within=20)

-- interval_month is too coarse (month); interval_day is too coarse (day); interval_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47]
SELECT a.*
FROM (
  SELECT
    date_bin('15 minutes', f.bucket, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    sum(f.interval_busy)::float8 AS p0,
    sum(f.interval_available)::float8 AS p1,
    sum(f.lacks_busy)::float8 AS p2,
    sum(f.lacks_available)::float8 AS p3,
    sum(f.intervals)::float8 AS p4
  FROM interval_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.quarter::int = ANY($3::int[])
    AND date_bin('15 minutes', f.bucket, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' = date_bin('15 minutes', f.last_bucket, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.last_quarter::int % 4) * interval '15 minutes'
    AND NOT EXISTS (SELECT FROM generate_series(f.quarter::int, f.last_quarter::int) AS q (number) WHERE NOT (q.number = ANY($3::int[])))
  GROUP BY 1
  ORDER BY 1
) AS a
WHERE num_nonnulls(a.p0, a.p1, a.p2, a.p3, a.p4) > 0;

-- agent_time_month is too coarse (month); agent_time_usual is too coarse (usual); agent_time_day is too coarse (day); agent_time_quarter covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 0
-- $4 [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.bucket - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    sum(f.oc)::float8 AS p0,
    sum(f.idle)::float8 AS p1
  FROM rollup.agent_time_quarter AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.quarter::int = ANY($4::int[])
  GROUP BY 1
  ORDER BY 1
) AS a;

-- interval_within_month is too coarse (month); interval_within_day is too coarse (day); interval_within_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47]
-- $4 20.0
SELECT a.*
FROM (
  SELECT
    date_bin('15 minutes', f.bucket, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    sum(f.within_answered) FILTER (WHERE f.threshold = $4::float8)::float8 AS p0,
    sum(f.judged_answered) FILTER (WHERE f.threshold = $4::float8)::float8 AS p1,
    sum(f.judged_abandoned) FILTER (WHERE f.threshold = $4::float8)::float8 AS p2,
    sum(f.judged_intervals) FILTER (WHERE f.threshold = $4::float8)::float8 AS p3,
    sum(f.judged_lacks_abandoned) FILTER (WHERE f.threshold = $4::float8)::float8 AS p4
  FROM interval_within_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.quarter::int = ANY($3::int[])
    AND date_bin('15 minutes', f.bucket, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' = date_bin('15 minutes', f.last_bucket, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.last_quarter::int % 4) * interval '15 minutes'
    AND NOT EXISTS (SELECT FROM generate_series(f.quarter::int, f.last_quarter::int) AS q (number) WHERE NOT (q.number = ANY($3::int[])))
  GROUP BY 1
  ORDER BY 1
) AS a
WHERE num_nonnulls(a.p0, a.p1, a.p2, a.p3, a.p4) > 0;

-- contact_month is too coarse (month); contact_day_site is too coarse (day); contact_clock is too coarse (clock); contact_month_segment is too coarse (month); contact_month_moment is too coarse (month); contact_day is too coarse (day); contact_month_full is too coarse (month); contact_usual_site is too coarse (usual); contact_usual is too coarse (usual); contact_day_full is too coarse (day); contact_quarter covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 0
-- $4 [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5
FROM (
  SELECT
    f.bucket - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    COALESCE(sum(f.handled_to_5), 0) + COALESCE(sum(f.handled_to_10), 0) + COALESCE(sum(f.handled_to_15), 0) + COALESCE(sum(f.handled_to_20), 0) AS p0,
    sum(f.handled) AS p1,
    sum(f.abandoned) AS p2,
    sum(f.expired) AS p3,
    sum(f.handled_unknown) AS p4,
    sum(f.abandoned_unknown) AS p5
  FROM rollup.contact_quarter AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.quarter::int = ANY($4::int[])
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- pending_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47]
-- $4 20.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    date_bin('15 minutes', f.offered_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    count(*) FILTER (WHERE f.age > $4::float8) AS p0
  FROM pending_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.quarter::int = ANY($3::int[])
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- the days with intervals
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47]
SELECT
  f.site_id AS k0,
  min(f.day) AS p0,
  max(f.day) AS p1
FROM interval_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND f.quarter::int = ANY($3::int[])
GROUP BY 1
ORDER BY 1;

-- the intervals that no row can count
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 [36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47]
SELECT
  date_bin('15 minutes', f.bucket, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
  f.site_id AS k1,
  min(f.day) AS p0,
  max(f.day) AS p1
FROM (
  SELECT
    i.site_id, i.outbound, i.day, q.bucket,
    (date_part('hour', w.wall) * 4 + floor(date_part('minute', w.wall) / 15))::smallint AS quarter,
    i.bucket AS first_bucket, i.quarter AS first_quarter, i.last_bucket, i.last_quarter
  FROM (
    SELECT DISTINCT i.site_id, i.outbound, i.day, i.bucket, i.quarter, i.last_bucket, i.last_quarter
    FROM interval_fact AS i
    WHERE i.last_bucket > i.bucket
  ) AS i
  JOIN site AS s ON s.site_id = i.site_id
  CROSS JOIN LATERAL generate_series(i.bucket, i.last_bucket, interval '15 minutes') AS q (bucket)
  CROSS JOIN LATERAL (SELECT q.bucket AT TIME ZONE s.zone AS wall OFFSET 0) AS w
) AS f
WHERE f.day >= $1
  AND f.day < $2
  AND f.quarter::int = ANY($3::int[])
  AND NOT (date_bin('15 minutes', f.first_bucket, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.first_quarter::int % 4) * interval '15 minutes' = date_bin('15 minutes', f.last_bucket, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.last_quarter::int % 4) * interval '15 minutes' AND NOT EXISTS (SELECT FROM generate_series(f.first_quarter::int, f.last_quarter::int) AS q (number) WHERE NOT (q.number = ANY($3::int[]))))
GROUP BY 1, 2
ORDER BY 1, 2;
