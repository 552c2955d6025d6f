-- backlog, backlog_age, oldest_open, days_to_clear

-- a stock is the running sum of inflows and outflows
-- $1 ['', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '']
-- $2 [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]
-- $3 [datetime.date(2015, 12, 1), datetime.date(2015, 12, 2), datetime.date(2015, 12, 3), datetime.date(2015, 12, 4), datetime.date(2015, 12, 5), datetime.date(2015, 12, 6), datetime.date(2015, 12, 7), datetime.date(2015, 12, 8), datetime.date(2015, 12, 9), datetime.date(2015, 12, 10), datetime.date(2015, 12, 11), datetime.date(2015, 12, 12), datetime.date(2015, 12, 13), datetime.date(2015, 12, 14), datetime.date(2015, 12, 15), datetime.date(2015, 12, 16), datetime.date(2015, 12, 17), datetime.date(2015, 12, 18), datetime.date(2015, 12, 19), datetime.date(2015, 12, 20), datetime.date(2015, 12, 21), datetime.date(2015, 12, 22), datetime.date(2015, 12, 23), datetime.date(2015, 12, 24), datetime.date(2015, 12, 25), datetime.date(2015, 12, 26), datetime.date(2015, 12, 27), datetime.date(2015, 12, 28), datetime.date(2015, 12, 29), datetime.date(2015, 12, 30), datetime.date(2015, 12, 31)]
-- $4 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 1, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 2, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 3, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 4, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 5, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 7, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 8, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 9, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 10, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 11, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 12, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 14, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 15, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 16, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 17, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 18, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 19, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 21, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 22, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 25, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 26, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 28, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 29, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 1, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 2, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 3, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 4, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 5, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 7, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 8, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 9, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 10, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 11, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 12, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 14, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 15, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 16, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 17, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 18, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 19, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 21, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 22, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 25, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 26, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 28, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 29, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 30, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 2), datetime.date(2015, 12, 3), datetime.date(2015, 12, 4), datetime.date(2015, 12, 5), datetime.date(2015, 12, 6), datetime.date(2015, 12, 7), datetime.date(2015, 12, 8), datetime.date(2015, 12, 9), datetime.date(2015, 12, 10), datetime.date(2015, 12, 11), datetime.date(2015, 12, 12), datetime.date(2015, 12, 13), datetime.date(2015, 12, 14), datetime.date(2015, 12, 15), datetime.date(2015, 12, 16), datetime.date(2015, 12, 17), datetime.date(2015, 12, 18), datetime.date(2015, 12, 19), datetime.date(2015, 12, 20), datetime.date(2015, 12, 21), datetime.date(2015, 12, 22), datetime.date(2015, 12, 23), datetime.date(2015, 12, 24), datetime.date(2015, 12, 25), datetime.date(2015, 12, 26), datetime.date(2015, 12, 27), datetime.date(2015, 12, 28), datetime.date(2015, 12, 29), datetime.date(2015, 12, 30), datetime.date(2015, 12, 31), datetime.date(2016, 1, 1)]
-- $7 datetime.date(2015, 12, 1)
-- $8 [2]
-- $9 0
-- $10 datetime.date(2016, 1, 1)
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($1::text[], $2::int[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d) AS h
  WHERE b.begins <= h.horizon
),
clock AS (
  SELECT b.zone, array_agg(b.end_day ORDER BY b.number) AS ends
  FROM b
  GROUP BY b.zone
),
moved AS (
  SELECT f.zone, f.number, f.g0, sum(f.flow) AS flow, sum(f.opened) AS opened
  FROM (
    SELECT
    clock.zone,
    0 AS number,
    f.site_id AS g0,
    f.case_flow AS flow,
    f.case_flow_opened AS opened
    FROM rollup.step_month AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.month < $7
    AND f.moment_id = ANY($8::smallint[])
    AND rollups_as_of($9)
    UNION ALL
    SELECT
    clock.zone,
    width_bucket(f.day, clock.ends) AS number,
    f.site_id AS g0,
    f.case_flow AS flow,
    f.case_flow_opened AS opened
    FROM rollup.step_day AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.day >= $7
    AND f.day < $10
    AND f.moment_id = ANY($8::smallint[])
    AND rollups_as_of($9)
  ) AS f
  GROUP BY 1, 2, 3
),
g AS (
  SELECT DISTINCT m.zone, m.g0
  FROM moved AS m
),
q AS (
  SELECT b.start, b.instant, g.g0, sum(m.flow) OVER w AS flow, sum(m.opened) OVER w AS opened
  FROM b
  JOIN g ON g.zone = b.zone
  LEFT JOIN moved AS m ON m.zone = b.zone AND m.number = b.number AND m.g0 = g.g0
  WINDOW w AS (PARTITION BY b.zone, g.g0 ORDER BY b.number)
)
SELECT
  q.start AS k0,
  q.g0 AS k1,
  sum(q.flow)::bigint AS p0,
  sum(q.flow * EXTRACT(epoch FROM q.instant) - q.opened)::float8 AS p1,
  (7 * sum(q.flow))::bigint AS p2
FROM q
WHERE q.flow IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2;

-- open cases at an instant are found by an index
-- $1 datetime.datetime(2015, 12, 1, 22, 59, 59, 999999, tzinfo=datetime.timezone.utc)
-- $2 datetime.datetime(2015, 12, 31, 22, 59, 59, 999999, tzinfo=datetime.timezone.utc)
-- $3 [2]
-- $4 ['', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '']
-- $5 [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]
-- $6 [datetime.date(2015, 12, 1), datetime.date(2015, 12, 2), datetime.date(2015, 12, 3), datetime.date(2015, 12, 4), datetime.date(2015, 12, 5), datetime.date(2015, 12, 6), datetime.date(2015, 12, 7), datetime.date(2015, 12, 8), datetime.date(2015, 12, 9), datetime.date(2015, 12, 10), datetime.date(2015, 12, 11), datetime.date(2015, 12, 12), datetime.date(2015, 12, 13), datetime.date(2015, 12, 14), datetime.date(2015, 12, 15), datetime.date(2015, 12, 16), datetime.date(2015, 12, 17), datetime.date(2015, 12, 18), datetime.date(2015, 12, 19), datetime.date(2015, 12, 20), datetime.date(2015, 12, 21), datetime.date(2015, 12, 22), datetime.date(2015, 12, 23), datetime.date(2015, 12, 24), datetime.date(2015, 12, 25), datetime.date(2015, 12, 26), datetime.date(2015, 12, 27), datetime.date(2015, 12, 28), datetime.date(2015, 12, 29), datetime.date(2015, 12, 30), datetime.date(2015, 12, 31)]
-- $7 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 1, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 2, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 3, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 4, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 5, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 7, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 8, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 9, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 10, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 11, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 12, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 14, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 15, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 16, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 17, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 18, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 19, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 21, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 22, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 25, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 26, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 28, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 29, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $8 [datetime.datetime(2015, 12, 1, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 2, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 3, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 4, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 5, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 7, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 8, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 9, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 10, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 11, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 12, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 14, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 15, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 16, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 17, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 18, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 19, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 21, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 22, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 25, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 26, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 28, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 29, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 30, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $9 [datetime.date(2015, 12, 2), datetime.date(2015, 12, 3), datetime.date(2015, 12, 4), datetime.date(2015, 12, 5), datetime.date(2015, 12, 6), datetime.date(2015, 12, 7), datetime.date(2015, 12, 8), datetime.date(2015, 12, 9), datetime.date(2015, 12, 10), datetime.date(2015, 12, 11), datetime.date(2015, 12, 12), datetime.date(2015, 12, 13), datetime.date(2015, 12, 14), datetime.date(2015, 12, 15), datetime.date(2015, 12, 16), datetime.date(2015, 12, 17), datetime.date(2015, 12, 18), datetime.date(2015, 12, 19), datetime.date(2015, 12, 20), datetime.date(2015, 12, 21), datetime.date(2015, 12, 22), datetime.date(2015, 12, 23), datetime.date(2015, 12, 24), datetime.date(2015, 12, 25), datetime.date(2015, 12, 26), datetime.date(2015, 12, 27), datetime.date(2015, 12, 28), datetime.date(2015, 12, 29), datetime.date(2015, 12, 30), datetime.date(2015, 12, 31), datetime.date(2016, 1, 1)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($4::text[], $5::int[], $6::date[], $7::timestamptz[], $8::timestamptz[], $9::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d) AS h
  WHERE b.begins <= h.horizon
),
clock AS (
  SELECT b.zone, array_agg(b.ends ORDER BY b.number) AS ends
  FROM b
  GROUP BY b.zone
),
run AS (
  SELECT
    f.site_id AS g0,
    clock.zone,
    width_bucket(f.happened_at, clock.ends) AS first,
    COALESCE(width_bucket(f.ended_at, clock.ends), cardinality(clock.ends)) - 1 AS last,
    f.happened_at > f.opened_at AS reopened,
    min(f.opened_at) AS opened_at
  FROM case_step_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.flow = 1
    AND tstzrange(f.happened_at, f.ended_at) && tstzrange($1::timestamptz, $2::timestamptz, '[]')
    AND f.moment_id = ANY($3::smallint[])
  GROUP BY 1, 2, 3, 4, 5
),
told AS (
  SELECT
    r.zone, r.g0, r.last, r.opened_at,
    GREATEST(r.first, COALESCE(max(r.last) FILTER (WHERE NOT r.reopened) OVER w + 1, 0)) AS first
  FROM run AS r
  WHERE r.first <= r.last
  WINDOW w AS (
    PARTITION BY r.zone, r.g0
    ORDER BY r.opened_at, r.reopened, r.first, r.last
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
),
q AS (
  SELECT b.start, r.g0, EXTRACT(epoch FROM b.instant - r.opened_at) AS age
  FROM told AS r
  CROSS JOIN LATERAL generate_series(r.first, r.last) AS n (number)
  JOIN b ON b.zone = r.zone AND b.number = n.number
  WHERE r.first <= r.last
)
SELECT
  q.start AS k0,
  q.g0 AS k1,
  max(q.age)::float8 AS p0
FROM q
GROUP BY 1, 2
ORDER BY 1, 2;

-- the pace is the number of cases cleared in the seven days before
-- $1 [2]
-- $2 0
-- $3 ['', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '']
-- $4 [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]
-- $5 [datetime.date(2015, 12, 1), datetime.date(2015, 12, 2), datetime.date(2015, 12, 3), datetime.date(2015, 12, 4), datetime.date(2015, 12, 5), datetime.date(2015, 12, 6), datetime.date(2015, 12, 7), datetime.date(2015, 12, 8), datetime.date(2015, 12, 9), datetime.date(2015, 12, 10), datetime.date(2015, 12, 11), datetime.date(2015, 12, 12), datetime.date(2015, 12, 13), datetime.date(2015, 12, 14), datetime.date(2015, 12, 15), datetime.date(2015, 12, 16), datetime.date(2015, 12, 17), datetime.date(2015, 12, 18), datetime.date(2015, 12, 19), datetime.date(2015, 12, 20), datetime.date(2015, 12, 21), datetime.date(2015, 12, 22), datetime.date(2015, 12, 23), datetime.date(2015, 12, 24), datetime.date(2015, 12, 25), datetime.date(2015, 12, 26), datetime.date(2015, 12, 27), datetime.date(2015, 12, 28), datetime.date(2015, 12, 29), datetime.date(2015, 12, 30), datetime.date(2015, 12, 31)]
-- $6 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 1, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 2, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 3, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 4, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 5, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 7, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 8, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 9, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 10, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 11, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 12, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 14, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 15, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 16, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 17, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 18, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 19, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 21, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 22, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 25, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 26, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 28, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 29, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $7 [datetime.datetime(2015, 12, 1, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 2, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 3, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 4, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 5, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 7, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 8, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 9, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 10, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 11, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 12, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 14, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 15, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 16, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 17, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 18, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 19, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 21, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 22, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 25, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 26, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 28, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 29, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 30, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $8 [datetime.date(2015, 12, 2), datetime.date(2015, 12, 3), datetime.date(2015, 12, 4), datetime.date(2015, 12, 5), datetime.date(2015, 12, 6), datetime.date(2015, 12, 7), datetime.date(2015, 12, 8), datetime.date(2015, 12, 9), datetime.date(2015, 12, 10), datetime.date(2015, 12, 11), datetime.date(2015, 12, 12), datetime.date(2015, 12, 13), datetime.date(2015, 12, 14), datetime.date(2015, 12, 15), datetime.date(2015, 12, 16), datetime.date(2015, 12, 17), datetime.date(2015, 12, 18), datetime.date(2015, 12, 19), datetime.date(2015, 12, 20), datetime.date(2015, 12, 21), datetime.date(2015, 12, 22), datetime.date(2015, 12, 23), datetime.date(2015, 12, 24), datetime.date(2015, 12, 25), datetime.date(2015, 12, 26), datetime.date(2015, 12, 27), datetime.date(2015, 12, 28), datetime.date(2015, 12, 29), datetime.date(2015, 12, 30), datetime.date(2015, 12, 31), datetime.date(2016, 1, 1)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($3::text[], $4::int[], $5::date[], $6::timestamptz[], $7::timestamptz[], $8::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d) AS h
  WHERE b.begins <= h.horizon
),
at AS (
  SELECT b.start, s.site_id, s.partner_id, (b.instant AT TIME ZONE s.zone)::date AS day
  FROM b
  JOIN site AS s ON b.zone IN ('', s.zone)
),
cleared AS (
  SELECT
    f.site_id AS g0,
    d.site_id,
    d.day,
    sum(f.cases_cleared) AS cleared
  FROM (SELECT DISTINCT at.site_id, at.partner_id, at.day FROM at) AS d
  JOIN site AS s ON s.site_id = d.site_id
  CROSS JOIN rollup.step_day AS f
  WHERE f.site_id = d.site_id
    AND f.day >= d.day - 7
    AND f.day < d.day
    AND f.moment_id = ANY($1::smallint[])
    AND rollups_as_of($2)
  GROUP BY g0, d.site_id, d.day
),
q AS (
  SELECT at.start, c.g0, c.cleared
  FROM at
  JOIN cleared AS c ON c.site_id = at.site_id AND c.day = at.day
)
SELECT
  q.start AS k0,
  q.g0 AS k1,
  sum(q.cleared)::bigint AS p0
FROM q
GROUP BY 1, 2
ORDER BY 1, 2;

-- a stock is the running sum of inflows and outflows
-- $1 ['']
-- $2 [0]
-- $3 [None]
-- $4 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2016, 1, 1)]
-- $7 datetime.date(2016, 1, 1)
-- $8 [2]
-- $9 0
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($1::text[], $2::int[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d) AS h
  WHERE b.begins <= h.horizon
),
clock AS (
  SELECT b.zone, array_agg(b.end_day ORDER BY b.number) AS ends
  FROM b
  GROUP BY b.zone
),
moved AS (
  SELECT f.zone, f.number, sum(f.flow) AS flow, sum(f.opened) AS opened
  FROM (
    SELECT
    clock.zone,
    0 AS number,
    f.case_flow AS flow,
    f.case_flow_opened AS opened
    FROM rollup.step_month AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.month < $7
    AND f.moment_id = ANY($8::smallint[])
    AND rollups_as_of($9)
    UNION ALL
    SELECT
    clock.zone,
    width_bucket(f.day, clock.ends) AS number,
    f.case_flow AS flow,
    f.case_flow_opened AS opened
    FROM rollup.step_day AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.day >= $7
    AND f.day < $7
    AND f.moment_id = ANY($8::smallint[])
    AND rollups_as_of($9)
  ) AS f
  GROUP BY 1, 2
),
g AS (
  SELECT DISTINCT m.zone
  FROM moved AS m
),
q AS (
  SELECT b.start, b.instant, sum(m.flow) OVER w AS flow, sum(m.opened) OVER w AS opened
  FROM b
  JOIN g ON g.zone = b.zone
  LEFT JOIN moved AS m ON m.zone = b.zone AND m.number = b.number
  WINDOW w AS (PARTITION BY b.zone ORDER BY b.number)
)
SELECT
  sum(q.flow)::bigint AS p0,
  sum(q.flow * EXTRACT(epoch FROM q.instant) - q.opened)::float8 AS p1,
  (7 * sum(q.flow))::bigint AS p2
FROM q
WHERE q.flow IS NOT NULL;

-- open cases at an instant are found by an index
-- $1 datetime.datetime(2015, 12, 31, 22, 59, 59, 999999, tzinfo=datetime.timezone.utc)
-- $2 [2]
-- $3 ['']
-- $4 [0]
-- $5 [None]
-- $6 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $7 [datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $8 [datetime.date(2016, 1, 1)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($3::text[], $4::int[], $5::date[], $6::timestamptz[], $7::timestamptz[], $8::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d) AS h
  WHERE b.begins <= h.horizon
),
clock AS (
  SELECT b.zone, array_agg(b.ends ORDER BY b.number) AS ends
  FROM b
  GROUP BY b.zone
),
run AS (
  SELECT
    clock.zone,
    width_bucket(f.happened_at, clock.ends) AS first,
    COALESCE(width_bucket(f.ended_at, clock.ends), cardinality(clock.ends)) - 1 AS last,
    f.happened_at > f.opened_at AS reopened,
    min(f.opened_at) AS opened_at
  FROM case_step_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.flow = 1
    AND tstzrange(f.happened_at, f.ended_at) && tstzrange($1::timestamptz, $1::timestamptz, '[]')
    AND f.moment_id = ANY($2::smallint[])
  GROUP BY 1, 2, 3, 4
),
told AS (
  SELECT
    r.zone, r.last, r.opened_at,
    GREATEST(r.first, COALESCE(max(r.last) FILTER (WHERE NOT r.reopened) OVER w + 1, 0)) AS first
  FROM run AS r
  WHERE r.first <= r.last
  WINDOW w AS (
    PARTITION BY r.zone
    ORDER BY r.opened_at, r.reopened, r.first, r.last
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
),
q AS (
  SELECT b.start, EXTRACT(epoch FROM b.instant - r.opened_at) AS age
  FROM told AS r
  CROSS JOIN LATERAL generate_series(r.first, r.last) AS n (number)
  JOIN b ON b.zone = r.zone AND b.number = n.number
  WHERE r.first <= r.last
)
SELECT
  max(q.age)::float8 AS p0
FROM q;

-- the pace is the number of cases cleared in the seven days before
-- $1 [2]
-- $2 0
-- $3 ['']
-- $4 [0]
-- $5 [None]
-- $6 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $7 [datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $8 [datetime.date(2016, 1, 1)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($3::text[], $4::int[], $5::date[], $6::timestamptz[], $7::timestamptz[], $8::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d) AS h
  WHERE b.begins <= h.horizon
),
at AS (
  SELECT b.start, s.site_id, s.partner_id, (b.instant AT TIME ZONE s.zone)::date AS day
  FROM b
  JOIN site AS s ON b.zone IN ('', s.zone)
),
cleared AS (
  SELECT
    d.site_id,
    d.day,
    sum(f.cases_cleared) AS cleared
  FROM (SELECT DISTINCT at.site_id, at.partner_id, at.day FROM at) AS d
  JOIN site AS s ON s.site_id = d.site_id
  CROSS JOIN rollup.step_day AS f
  WHERE f.site_id = d.site_id
    AND f.day >= d.day - 7
    AND f.day < d.day
    AND f.moment_id = ANY($1::smallint[])
    AND rollups_as_of($2)
  GROUP BY d.site_id, d.day
),
q AS (
  SELECT at.start, c.cleared
  FROM at
  JOIN cleared AS c ON c.site_id = at.site_id AND c.day = at.day
)
SELECT
  sum(q.cleared)::bigint AS p0
FROM q;
