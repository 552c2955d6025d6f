-- backlog

-- a stock is the running sum of inflows and outflows
-- $1 ['', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '']
-- $2 [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
-- $3 [datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 1, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 2, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 3, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 4, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 5, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 6, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 7, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 8, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 9, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 10, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 11, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 12, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 13, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 14, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 15, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 16, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 17, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 18, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 19, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 20, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 21, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 22, 0, tzinfo=datetime.timezone.utc)]
-- $4 [datetime.datetime(2015, 12, 24, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 1, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 2, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 3, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 4, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 5, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 6, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 7, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 8, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 9, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 10, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 11, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 12, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 13, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 14, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 15, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 16, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 17, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 18, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 19, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 20, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 21, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 22, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 25)]
-- $6 datetime.date(2015, 12, 1)
-- $7 0
-- $8 datetime.date(2015, 12, 23)
-- $9 datetime.date(2015, 12, 27)
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($1::text[], $2::int[], $3::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d) AS h
  WHERE b.begins <= h.horizon
),
clock AS (
  SELECT b.zone, array_agg(b.ends ORDER BY b.number) AS ends
  FROM b
  GROUP BY b.zone
),
moved AS (
  SELECT f.zone, f.number, f.g0, sum(f.flow) AS flow, sum(f.opened) AS opened
  FROM (
    SELECT
    clock.zone,
    0 AS number,
    f.segment_id AS g0,
    f.case_flow AS flow,
    f.case_flow_opened AS opened
    FROM rollup.step_month AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.month < $6
    AND rollups_as_of($7)
    UNION ALL
    SELECT
    clock.zone,
    0 AS number,
    f.segment_id AS g0,
    f.case_flow AS flow,
    f.case_flow_opened AS opened
    FROM rollup.step_day AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.day >= $6
    AND f.day < $8
    AND rollups_as_of($7)
    UNION ALL
    SELECT
    clock.zone,
    width_bucket(f.happened_at, clock.ends) AS number,
    f.segment_id AS g0,
    f.flow AS flow,
    f.flow * EXTRACT(epoch FROM f.opened_at) AS opened
    FROM case_step_fact AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.day < $9
    AND f.flow <> 0
    AND f.day >= $8
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

-- a stock is the running sum of inflows and outflows
-- $1 ['']
-- $2 [0]
-- $3 [None]
-- $4 [datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 25)]
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
