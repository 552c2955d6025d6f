-- agents_available

-- agents' states are found by their start
-- $1 0
-- $2 ['', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '']
-- $3 [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
-- $4 [datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 1, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 2, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 3, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 4, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 5, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 6, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 7, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 8, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 9, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 10, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 11, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 12, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 13, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 14, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 15, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 16, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 17, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 18, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 19, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 20, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 21, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 22, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 1, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 2, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 3, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 4, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 5, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 6, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 7, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 8, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 9, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 10, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 11, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 12, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 13, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 14, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 15, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 16, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 17, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 18, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 19, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 20, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 21, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 22, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 24), datetime.date(2015, 12, 25)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($2::text[], $3::int[], $4::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT l.seen AS horizon FROM live_state AS l) AS h
  WHERE b.begins <= h.horizon
),
clock AS (
  SELECT b.zone, array_agg(b.instant ORDER BY b.number) AS instants
  FROM b
  GROUP BY b.zone
),
held AS (
  SELECT DISTINCT ON (clock.zone, n.number, f.agent_id)
    clock.zone, n.number, f.agent_id, f.team_id, f.site_id, f.state
  FROM across.agent_state AS f
  CROSS JOIN clock
  CROSS JOIN LATERAL generate_series(
    width_bucket(f.started_at - interval '1 microsecond', clock.instants),
    width_bucket(f.held_until - interval '1 microsecond', clock.instants) - 1
  ) AS n (number)
  WHERE f.started_at > (SELECT min(b.instant) FROM b) - interval '24 hours'
    AND f.started_at <= (SELECT max(b.instant) FROM b)
    AND f.state <> 'offline'
  ORDER BY
    clock.zone, n.number, f.agent_id,
    array_position(ARRAY['on_contact', 'acw', 'available'], f.state), f.started_at DESC, f.source_id, f.state
),
q AS (
  SELECT DISTINCT
    coalesce(serves.queue_id, 0::smallint) AS g0,
    b.start,
    f.state, f.zone, f.number, f.agent_id
  FROM held AS f
  JOIN site AS s ON s.site_id = f.site_id AND f.zone IN ('', s.zone)
  JOIN b ON b.zone = f.zone AND b.number = f.number
  LEFT JOIN LATERAL (
    SELECT a.queue_id
    FROM across.queue_assignment AS a
    WHERE (a.agent_id = f.agent_id OR (a.agent_id = 0 AND a.team_id = f.team_id))
      AND a.valid_from <= (b.instant AT TIME ZONE s.zone)::date
      AND a.valid_to > (b.instant AT TIME ZONE s.zone)::date
  ) AS serves ON true
  WHERE within_wall(f.site_id, f.team_id, f.agent_id, serves.queue_id) AND rollups_as_of($1)
)
SELECT
  q.start AS k0,
  q.g0 AS k1,
  count(*) FILTER (WHERE q.state = 'available') AS p0
FROM q
GROUP BY 1, 2
ORDER BY 1, 2;

-- agents' states are found by their start
-- $1 0
-- $2 ['']
-- $3 [0]
-- $4 [None]
-- $5 [datetime.datetime(2015, 12, 23, 23, 0, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.datetime(2015, 12, 24, 23, 0, tzinfo=datetime.timezone.utc)]
-- $7 [datetime.date(2015, 12, 25)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($2::text[], $3::int[], $4::date[], $5::timestamptz[], $6::timestamptz[], $7::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT l.seen AS horizon FROM live_state AS l) AS h
  WHERE b.begins <= h.horizon
),
clock AS (
  SELECT b.zone, array_agg(b.instant ORDER BY b.number) AS instants
  FROM b
  GROUP BY b.zone
),
held AS (
  SELECT DISTINCT ON (clock.zone, n.number, f.agent_id)
    clock.zone, n.number, f.agent_id, f.team_id, f.site_id, f.state
  FROM across.agent_state AS f
  CROSS JOIN clock
  CROSS JOIN LATERAL generate_series(
    width_bucket(f.started_at - interval '1 microsecond', clock.instants),
    width_bucket(f.held_until - interval '1 microsecond', clock.instants) - 1
  ) AS n (number)
  WHERE f.started_at > (SELECT min(b.instant) FROM b) - interval '24 hours'
    AND f.started_at <= (SELECT max(b.instant) FROM b)
    AND f.state <> 'offline'
  ORDER BY
    clock.zone, n.number, f.agent_id,
    array_position(ARRAY['on_contact', 'acw', 'available'], f.state), f.started_at DESC, f.source_id, f.state
),
q AS (
  SELECT
    b.start,
    f.state
  FROM held AS f
  JOIN site AS s ON s.site_id = f.site_id AND f.zone IN ('', s.zone)
  JOIN b ON b.zone = f.zone AND b.number = f.number
  WHERE within_wall(f.site_id, f.team_id, f.agent_id, NULL) AND rollups_as_of($1)
)
SELECT
  CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE q.state = 'available') END AS p0
FROM q;
