-- backlog, days_to_clear

-- a stock is the running sum of inflows and outflows
-- $1 ['', '', '', '', '']
-- $2 [0, 1, 2, 3, 4]
-- $3 [datetime.date(2015, 11, 30), datetime.date(2015, 12, 7), datetime.date(2015, 12, 14), datetime.date(2015, 12, 21), datetime.date(2015, 12, 28)]
-- $4 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 7), datetime.date(2015, 12, 14), datetime.date(2015, 12, 21), datetime.date(2015, 12, 28), datetime.date(2016, 1, 1)]
-- $7 datetime.date(2016, 1, 1)
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
  SELECT f.zone, f.number, f.g0, f.g1, sum(f.flow) AS flow, sum(f.opened) AS opened
  FROM (
    SELECT
    clock.zone,
    width_bucket(f.day, clock.ends) AS number,
    f.agent_id AS g0,
    f.channel_id AS g1,
    f.flow AS flow,
    f.flow * EXTRACT(epoch FROM f.opened_at) AS opened
    FROM case_step_fact AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE f.day < $7
    AND f.flow <> 0
  ) AS f
  GROUP BY 1, 2, 3, 4
),
g AS (
  SELECT DISTINCT m.zone, m.g0, m.g1
  FROM moved AS m
),
q AS (
  SELECT b.start, b.instant, g.g0, g.g1, sum(m.flow) OVER w AS flow, sum(m.opened) OVER w AS opened
  FROM b
  JOIN g ON g.zone = b.zone
  LEFT JOIN moved AS m ON m.zone = b.zone AND m.number = b.number AND m.g0 = g.g0 AND m.g1 = g.g1
  WINDOW w AS (PARTITION BY b.zone, g.g0, g.g1 ORDER BY b.number)
)
SELECT
  q.start AS k0,
  q.g0 AS k1,
  q.g1 AS k2,
  sum(q.flow)::bigint AS p0,
  (7 * sum(q.flow))::bigint AS p1
FROM q
WHERE q.flow IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;

-- the pace is the number of cases cleared in the seven days before
-- $1 ['', '', '', '', '']
-- $2 [0, 1, 2, 3, 4]
-- $3 [datetime.date(2015, 11, 30), datetime.date(2015, 12, 7), datetime.date(2015, 12, 14), datetime.date(2015, 12, 21), datetime.date(2015, 12, 28)]
-- $4 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 6, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 13, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 20, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 27, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 7), datetime.date(2015, 12, 14), datetime.date(2015, 12, 21), datetime.date(2015, 12, 28), datetime.date(2016, 1, 1)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($1::text[], $2::int[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::date[]) AS b (zone, number, start, begins, ends, end_day)
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
    f.agent_id AS g0,
    f.channel_id AS g1,
    d.site_id,
    d.day,
    count(*) FILTER (WHERE f.flow = -1) AS cleared
  FROM (SELECT DISTINCT at.site_id, at.partner_id, at.day FROM at) AS d
  JOIN site AS s ON s.site_id = d.site_id
  CROSS JOIN case_step_fact AS f
  WHERE f.site_id = d.site_id
    AND f.day >= d.day - 7
    AND f.day < d.day
  GROUP BY g0, g1, d.site_id, d.day
),
q AS (
  SELECT at.start, c.g0, c.g1, c.cleared
  FROM at
  JOIN cleared AS c ON c.site_id = at.site_id AND c.day = at.day
)
SELECT
  q.start AS k0,
  q.g0 AS k1,
  q.g1 AS k2,
  sum(q.cleared)::bigint AS p0
FROM q
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;

-- a stock is the running sum of inflows and outflows
-- $1 ['']
-- $2 [0]
-- $3 [None]
-- $4 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2016, 1, 1)]
-- $7 datetime.date(2016, 1, 1)
-- $8 0
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
    AND f.day < $7
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
  sum(q.flow)::bigint AS p0,
  (7 * sum(q.flow))::bigint AS p1
FROM q
WHERE q.flow IS NOT NULL;

-- the pace is the number of cases cleared in the seven days before
-- $1 0
-- $2 ['']
-- $3 [0]
-- $4 [None]
-- $5 [datetime.datetime(2015, 11, 30, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.datetime(2015, 12, 31, 23, 0, tzinfo=datetime.timezone.utc)]
-- $7 [datetime.date(2016, 1, 1)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($2::text[], $3::int[], $4::date[], $5::timestamptz[], $6::timestamptz[], $7::date[]) AS b (zone, number, start, begins, ends, end_day)
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
    AND rollups_as_of($1)
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
