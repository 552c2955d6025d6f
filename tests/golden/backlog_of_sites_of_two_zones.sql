-- backlog, oldest_open

-- a stock is the running sum of inflows and outflows
-- $1 ['Asia/Kolkata', 'Europe/Paris']
-- $2 [0, 0]
-- $3 [datetime.date(2015, 12, 24), datetime.date(2015, 12, 24)]
-- $4 [datetime.datetime(2015, 12, 23, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 25), datetime.date(2015, 12, 25)]
-- $7 datetime.date(2015, 12, 1)
-- $8 0
-- $9 datetime.date(2015, 12, 25)
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
    s.partner_id AS g0,
    f.case_flow AS flow,
    f.case_flow_opened AS opened
    FROM rollup.step_month AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.month < $7
    AND rollups_as_of($8)
    UNION ALL
    SELECT
    clock.zone,
    width_bucket(f.day, clock.ends) AS number,
    s.partner_id AS g0,
    f.case_flow AS flow,
    f.case_flow_opened AS opened
    FROM rollup.step_day AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.day >= $7
    AND f.day < $9
    AND rollups_as_of($8)
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
  sum(q.flow)::bigint AS p0
FROM q
WHERE q.flow IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2;

-- open cases at an instant are found by an index
-- $1 datetime.datetime(2015, 12, 24, 18, 29, 59, 999999, tzinfo=datetime.timezone.utc)
-- $2 datetime.datetime(2015, 12, 24, 22, 59, 59, 999999, tzinfo=datetime.timezone.utc)
-- $3 ['Asia/Kolkata', 'Europe/Paris']
-- $4 [0, 0]
-- $5 [datetime.date(2015, 12, 24), datetime.date(2015, 12, 24)]
-- $6 [datetime.datetime(2015, 12, 23, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $7 [datetime.datetime(2015, 12, 24, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $8 [datetime.date(2015, 12, 25), datetime.date(2015, 12, 25)]
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
    s.partner_id AS g0,
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

-- a stock is the running sum of inflows and outflows
-- $1 ['Asia/Kolkata', 'Europe/Paris']
-- $2 [0, 0]
-- $3 [None, None]
-- $4 [datetime.datetime(2015, 12, 23, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 25), datetime.date(2015, 12, 25)]
-- $7 datetime.date(2015, 12, 1)
-- $8 0
-- $9 datetime.date(2015, 12, 25)
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
    AND rollups_as_of($8)
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
    AND f.day < $9
    AND rollups_as_of($8)
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
  sum(q.flow)::bigint AS p0
FROM q
WHERE q.flow IS NOT NULL;

-- open cases at an instant are found by an index
-- $1 datetime.datetime(2015, 12, 24, 18, 29, 59, 999999, tzinfo=datetime.timezone.utc)
-- $2 datetime.datetime(2015, 12, 24, 22, 59, 59, 999999, tzinfo=datetime.timezone.utc)
-- $3 ['Asia/Kolkata', 'Europe/Paris']
-- $4 [0, 0]
-- $5 [None, None]
-- $6 [datetime.datetime(2015, 12, 23, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $7 [datetime.datetime(2015, 12, 24, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $8 [datetime.date(2015, 12, 25), datetime.date(2015, 12, 25)]
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
    AND tstzrange(f.happened_at, f.ended_at) && tstzrange($1::timestamptz, $2::timestamptz, '[]')
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
