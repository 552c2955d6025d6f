-- contacts_waiting

-- waiting contacts are read from the contacts of a day and the longer waits
-- $1 [3]
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
c AS (
  SELECT
    clock.zone,
    f.site_id AS g0,
    f.offered_at, f.channel_id <> ALL ($1::smallint[]) AS at_once, width_bucket(f.offered_at - interval '1 microsecond', clock.instants) AS since, width_bucket(f.until - interval '1 microsecond', clock.instants) AS upto
  FROM waiting_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.offered_at > (SELECT min(b.instant) FROM b) - interval '25 hours'
    AND f.offered_at <= (SELECT max(b.instant) FROM b)
    AND f.day >= (((SELECT min(b.instant) FROM b) - interval '25 hours') AT TIME ZONE 'UTC')::date - 1
    AND f.day <= (((SELECT max(b.instant) FROM b)) AT TIME ZONE 'UTC')::date + 1
  UNION ALL
  SELECT
    clock.zone,
    f.site_id AS g0,
    f.offered_at, f.channel_id <> ALL ($1::smallint[]) AS at_once, width_bucket(f.offered_at - interval '1 microsecond', clock.instants) AS since, width_bucket(f.until - interval '1 microsecond', clock.instants) AS upto
  FROM waiting_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.offered_at > (SELECT min(b.instant) FROM b) - interval '721 hours'
    AND f.offered_at <= (SELECT min(b.instant) FROM b) - interval '25 hours'
    AND f.day >= (((SELECT min(b.instant) FROM b) - interval '721 hours') AT TIME ZONE 'UTC')::date - 1
    AND f.day <= (((SELECT min(b.instant) FROM b) - interval '25 hours') AT TIME ZONE 'UTC')::date + 1
    AND (f.outcome_id = 7 OR f.wait > 86400)
),
a AS (
  SELECT c.zone, c.since AS number, c.g0, max(c.offered_at) AS offered_at
  FROM c
  GROUP BY c.zone, c.since, c.g0
),
w AS (
  SELECT
    c.zone, n.number, c.g0, count(*) AS waiting, min(c.offered_at) AS offered_at,
    count(*) FILTER (WHERE c.at_once) AS in_line, min(c.offered_at) FILTER (WHERE c.at_once) AS first_at
  FROM c
  CROSS JOIN LATERAL generate_series(c.since, c.upto - 1) AS n (number)
  GROUP BY c.zone, n.number, c.g0
),
q AS (
  SELECT
    b.start, b.instant, g.g0,
    coalesce(w.waiting, 0) AS waiting,
    EXTRACT(epoch FROM b.instant - w.offered_at) AS longest,
    coalesce(w.in_line, 0) AS in_line,
    EXTRACT(epoch FROM b.instant - w.first_at) AS in_line_longest,
    max(a.offered_at) OVER (PARTITION BY b.zone, g.g0 ORDER BY b.number) AS offered_at
  FROM b
  JOIN (SELECT DISTINCT c.zone, c.g0 FROM c) AS g ON g.zone = b.zone
  LEFT JOIN a ON a.zone = b.zone AND a.number = b.number AND a.g0 = g.g0
  LEFT JOIN w ON w.zone = b.zone AND w.number = b.number AND w.g0 = g.g0
)
SELECT
  q.start AS k0,
  q.g0 AS k1,
  sum(q.waiting)::bigint AS p0
FROM q
WHERE q.waiting > 0 OR q.offered_at > q.instant - interval '24 hours'
GROUP BY 1, 2
ORDER BY 1, 2;

-- waiting contacts are read from the contacts of a day and the longer waits
-- $1 [3]
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
c AS (
  SELECT
    clock.zone,
    f.offered_at, f.channel_id <> ALL ($1::smallint[]) AS at_once, width_bucket(f.offered_at - interval '1 microsecond', clock.instants) AS since, width_bucket(f.until - interval '1 microsecond', clock.instants) AS upto
  FROM waiting_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.offered_at > (SELECT min(b.instant) FROM b) - interval '25 hours'
    AND f.offered_at <= (SELECT max(b.instant) FROM b)
    AND f.day >= (((SELECT min(b.instant) FROM b) - interval '25 hours') AT TIME ZONE 'UTC')::date - 1
    AND f.day <= (((SELECT max(b.instant) FROM b)) AT TIME ZONE 'UTC')::date + 1
  UNION ALL
  SELECT
    clock.zone,
    f.offered_at, f.channel_id <> ALL ($1::smallint[]) AS at_once, width_bucket(f.offered_at - interval '1 microsecond', clock.instants) AS since, width_bucket(f.until - interval '1 microsecond', clock.instants) AS upto
  FROM waiting_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE f.offered_at > (SELECT min(b.instant) FROM b) - interval '721 hours'
    AND f.offered_at <= (SELECT min(b.instant) FROM b) - interval '25 hours'
    AND f.day >= (((SELECT min(b.instant) FROM b) - interval '721 hours') AT TIME ZONE 'UTC')::date - 1
    AND f.day <= (((SELECT min(b.instant) FROM b) - interval '25 hours') AT TIME ZONE 'UTC')::date + 1
    AND (f.outcome_id = 7 OR f.wait > 86400)
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
  CASE WHEN count(*) > 0 THEN sum(q.waiting)::bigint END AS p0
FROM q
WHERE q.waiting > 0 OR q.offered_at > q.instant - interval '24 hours';
