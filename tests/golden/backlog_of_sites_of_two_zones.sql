-- backlog, oldest_open

-- a stock is read off what flowed in and out
-- $1 ['Asia/Kolkata', 'Europe/Paris']
-- $2 [0, 0]
-- $3 [datetime.date(2015, 12, 24), datetime.date(2015, 12, 24)]
-- $4 [datetime.datetime(2015, 12, 23, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 25), datetime.date(2015, 12, 25)]
-- $7 datetime.date(2015, 12, 1)
-- $8 datetime.date(2015, 12, 25)
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
    AND f.day < $8
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

-- the runs that are open at an instant are found by an index
-- $1 ['Asia/Kolkata', 'Europe/Paris']
-- $2 [0, 0]
-- $3 [datetime.date(2015, 12, 24), datetime.date(2015, 12, 24)]
-- $4 [datetime.datetime(2015, 12, 23, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 25), datetime.date(2015, 12, 25)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($1::text[], $2::int[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d) AS h
  WHERE b.begins <= h.horizon
),
f AS (
  SELECT b.zone, b.start, b.instant, f.site_id, min(f.opened_at) AS opened_at
  FROM b
  CROSS JOIN case_step_fact AS f
  WHERE f.flow = 1
    AND tstzrange(f.happened_at, f.ended_at) @> b.ends - interval '1 microsecond'
  GROUP BY b.zone, b.start, b.instant, f.site_id
),
q AS (
  SELECT
    s.partner_id AS g0,
    f.start,
    EXTRACT(epoch FROM f.instant - f.opened_at) AS age
  FROM f
  JOIN site AS s ON s.site_id = f.site_id AND f.zone IN ('', s.zone)
)
SELECT
  q.start AS k0,
  q.g0 AS k1,
  max(q.age)::float8 AS p0
FROM q
GROUP BY 1, 2
ORDER BY 1, 2;

-- a stock is read off what flowed in and out
-- $1 ['Asia/Kolkata', 'Europe/Paris']
-- $2 [0, 0]
-- $3 [None, None]
-- $4 [datetime.datetime(2015, 12, 23, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 25), datetime.date(2015, 12, 25)]
-- $7 datetime.date(2015, 12, 1)
-- $8 datetime.date(2015, 12, 25)
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
    AND f.day < $8
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

-- the runs that are open at an instant are found by an index
-- $1 ['Asia/Kolkata', 'Europe/Paris']
-- $2 [0, 0]
-- $3 [None, None]
-- $4 [datetime.datetime(2015, 12, 23, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 18, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 25), datetime.date(2015, 12, 25)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($1::text[], $2::int[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d) AS h
  WHERE b.begins <= h.horizon
),
f AS (
  SELECT b.zone, b.start, b.instant, f.site_id, min(f.opened_at) AS opened_at
  FROM b
  CROSS JOIN case_step_fact AS f
  WHERE f.flow = 1
    AND tstzrange(f.happened_at, f.ended_at) @> b.ends - interval '1 microsecond'
  GROUP BY b.zone, b.start, b.instant, f.site_id
),
q AS (
  SELECT
    f.start,
    EXTRACT(epoch FROM f.instant - f.opened_at) AS age
  FROM f
  JOIN site AS s ON s.site_id = f.site_id AND f.zone IN ('', s.zone)
)
SELECT
  max(q.age)::float8 AS p0
FROM q;
