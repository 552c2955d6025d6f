-- agents_available, agents_paused

-- agents' states are found by their start
-- $1 [1]
-- $2 0
-- $3 ['']
-- $4 [0]
-- $5 [None]
-- $6 [datetime.datetime(2015, 12, 24, 7, 0, tzinfo=datetime.timezone.utc)]
-- $7 [datetime.datetime(2015, 12, 24, 9, 30, tzinfo=datetime.timezone.utc)]
-- $8 [datetime.date(2015, 12, 24)]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($3::text[], $4::int[], $5::date[], $6::timestamptz[], $7::timestamptz[], $8::date[]) AS b (zone, number, start, begins, ends, end_day)
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
  WHERE within_wall(f.site_id, f.team_id, f.agent_id, NULL) AND f.site_id = ANY($1::smallint[]) AND rollups_as_of($2)
)
SELECT
  CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE q.state = 'available') END AS p0,
  CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE q.state NOT IN ('available', 'on_contact', 'acw')) END AS p1
FROM q;
