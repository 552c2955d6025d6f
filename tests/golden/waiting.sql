-- contacts_waiting, oldest_wait, expected_wait

-- waiting contacts are read from the contacts of a day and the longer waits
-- $1 ['']
-- $2 [0]
-- $3 [None]
-- $4 [datetime.datetime(2015, 12, 24, 7, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 9, 30, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 24)]
-- $7 [1]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($1::text[], $2::int[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT l.seen AS horizon FROM live_state AS l) AS h
  WHERE b.begins <= h.horizon
),
clock AS (
  SELECT b.zone, array_agg(b.instant ORDER BY b.number) AS instants
  FROM b
  GROUP BY b.zone
),
c AS (
  SELECT
    clock.zone,
    f.offered_at, true AS at_once, width_bucket(f.offered_at - interval '1 microsecond', clock.instants) AS since, width_bucket(f.until - interval '1 microsecond', clock.instants) AS upto
  FROM waiting_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.offered_at > (SELECT min(b.instant) FROM b) - interval '25 hours'
    AND f.offered_at <= (SELECT max(b.instant) FROM b)
    AND f.day >= (((SELECT min(b.instant) FROM b) - interval '25 hours') AT TIME ZONE 'UTC')::date - 1
    AND f.day <= (((SELECT max(b.instant) FROM b)) AT TIME ZONE 'UTC')::date + 1
    AND f.channel_id = ANY($7::smallint[])
  UNION ALL
  SELECT
    clock.zone,
    f.offered_at, true AS at_once, width_bucket(f.offered_at - interval '1 microsecond', clock.instants) AS since, width_bucket(f.until - interval '1 microsecond', clock.instants) AS upto
  FROM waiting_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.offered_at > (SELECT min(b.instant) FROM b) - interval '721 hours'
    AND f.offered_at <= (SELECT min(b.instant) FROM b) - interval '25 hours'
    AND f.day >= (((SELECT min(b.instant) FROM b) - interval '721 hours') AT TIME ZONE 'UTC')::date - 1
    AND f.day <= (((SELECT min(b.instant) FROM b) - interval '25 hours') AT TIME ZONE 'UTC')::date + 1
    AND (f.outcome_id = 7 OR f.wait > 86400)
    AND f.channel_id = ANY($7::smallint[])
),
a AS (
  SELECT c.zone, c.since AS number, max(c.offered_at) AS offered_at
  FROM c
  GROUP BY c.zone, c.since
),
w AS (
  SELECT
    c.zone, n.number, count(*) AS waiting, min(c.offered_at) AS offered_at,
    count(*) FILTER (WHERE c.at_once) AS in_line, min(c.offered_at) FILTER (WHERE c.at_once) AS first_at
  FROM c
  CROSS JOIN LATERAL generate_series(c.since, c.upto - 1) AS n (number)
  GROUP BY c.zone, n.number
),
q AS (
  SELECT
    b.start, b.instant,
    coalesce(w.waiting, 0) AS waiting,
    EXTRACT(epoch FROM b.instant - w.offered_at) AS longest,
    coalesce(w.in_line, 0) AS in_line,
    EXTRACT(epoch FROM b.instant - w.first_at) AS in_line_longest,
    max(a.offered_at) OVER (PARTITION BY b.zone ORDER BY b.number) AS offered_at
  FROM b
  JOIN (SELECT DISTINCT c.zone FROM c) AS g ON g.zone = b.zone
  LEFT JOIN a ON a.zone = b.zone AND a.number = b.number
  LEFT JOIN w ON w.zone = b.zone AND w.number = b.number
)
SELECT
  CASE WHEN count(*) > 0 THEN sum(q.waiting)::bigint END AS p0,
  CASE WHEN count(*) > 0 THEN max(q.longest)::float8 END AS p1
FROM q
WHERE q.waiting > 0 OR q.offered_at > q.instant - interval '24 hours';

-- recently answered contacts are read from the contacts of a day and the longer waits
-- $1 ['']
-- $2 [0]
-- $3 [None]
-- $4 [datetime.datetime(2015, 12, 24, 7, 0, tzinfo=datetime.timezone.utc)]
-- $5 [datetime.datetime(2015, 12, 24, 9, 30, tzinfo=datetime.timezone.utc)]
-- $6 [datetime.date(2015, 12, 24)]
-- $7 [1]
WITH b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest($1::text[], $2::int[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::date[]) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN (SELECT l.seen AS horizon FROM live_state AS l) AS h
  WHERE b.begins <= h.horizon
),
clock AS (
  SELECT b.zone, array_agg(b.instant ORDER BY b.number) AS instants
  FROM b
  GROUP BY b.zone
),
c AS (
  SELECT
    clock.zone,
    f.wait, width_bucket(f.until - interval '1 microsecond', clock.instants) AS since, width_bucket(f.until + interval '30 minutes' - interval '1 microsecond', clock.instants) AS upto
  FROM waiting_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.offered_at > (SELECT min(b.instant) FROM b) - interval '25 hours'
    AND f.offered_at <= (SELECT max(b.instant) FROM b)
    AND f.day >= (((SELECT min(b.instant) FROM b) - interval '25 hours') AT TIME ZONE 'UTC')::date - 1
    AND f.day <= (((SELECT max(b.instant) FROM b)) AT TIME ZONE 'UTC')::date + 1
    AND f.outcome_id = 1
    AND f.wait IS NOT NULL
    AND true
    AND f.channel_id = ANY($7::smallint[])
  UNION ALL
  SELECT
    clock.zone,
    f.wait, width_bucket(f.until - interval '1 microsecond', clock.instants) AS since, width_bucket(f.until + interval '30 minutes' - interval '1 microsecond', clock.instants) AS upto
  FROM waiting_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.offered_at > (SELECT min(b.instant) FROM b) - interval '721 hours'
    AND f.offered_at <= (SELECT min(b.instant) FROM b) - interval '25 hours'
    AND f.day >= (((SELECT min(b.instant) FROM b) - interval '721 hours') AT TIME ZONE 'UTC')::date - 1
    AND f.day <= (((SELECT min(b.instant) FROM b) - interval '25 hours') AT TIME ZONE 'UTC')::date + 1
    AND (f.outcome_id = 7 OR f.wait > 86400)
    AND f.outcome_id = 1
    AND f.wait IS NOT NULL
    AND true
    AND f.channel_id = ANY($7::smallint[])
),
q AS (
  SELECT b.start, c.wait AS waited
  FROM c
  CROSS JOIN LATERAL generate_series(c.since, c.upto - 1) AS n (number)
  JOIN b ON b.zone = c.zone AND b.number = n.number
)
SELECT
  CASE WHEN count(*) > 0 THEN sum(q.waited)::float8 END AS p0,
  CASE WHEN count(*) > 0 THEN count(*) END AS p1
FROM q;
