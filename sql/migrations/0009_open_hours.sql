-- When sites are open, and how long customers waited while they were.

-- Opening hours hold from a day on and up to another, so that new hours leave the past alone. 00:00 to 00:00 is the whole day.
ALTER TABLE opening
  ADD COLUMN valid_from date NOT NULL DEFAULT '-infinity',
  ADD COLUMN valid_to date NOT NULL DEFAULT 'infinity',
  ADD CHECK (valid_from < valid_to),
  DROP CONSTRAINT opening_pkey,
  ADD PRIMARY KEY (site_id, weekday, opens, valid_from);

-- A day whose hours are not those of its weekday: a row for each of its shifts, or one without times where the site is closed all day.
CREATE TABLE closing (
  site_id  smallint NOT NULL REFERENCES site,
  day      date NOT NULL,
  opens    time,
  closes   time,
  UNIQUE NULLS NOT DISTINCT (site_id, day, opens, closes),
  CHECK ((opens IS NULL) = (closes IS NULL))
);

-- The times at which a site is open, with the open seconds before each: two look-ups tell how long it was open between two instants. Derived
-- from the calendar (open_span_fact) whenever that changes. The first row stands where the calendar begins to be known, empty if the site is
-- closed then; the last one, without seconds, where it ends.
CREATE TABLE open_span (
  site_id         smallint NOT NULL,
  starts_at       timestamptz NOT NULL,
  ends_at         timestamptz NOT NULL,
  seconds_before  numeric(14, 3),
  PRIMARY KEY (site_id, starts_at)
);

-- The instant at which a wall clock in a zone shows this time: the first of two where it is set back; where it is set forward over that time,
-- as if it had not been yet. So the offset of three hours before decides wherever it gives this time.
CREATE FUNCTION opening_instant(wall timestamp, zone text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN ((wall - interval '3 hours') AT TIME ZONE zone + interval '3 hours') AT TIME ZONE zone = wall
    THEN (wall - interval '3 hours') AT TIME ZONE zone + interval '3 hours'
    ELSE wall AT TIME ZONE zone
  END
$$;

-- The open times of a site as its calendar gives them. A shift belongs to the day that it opens on, also when it closes after midnight: a
-- holiday closes the shifts that open on it, and not that of the eve. Calendars are followed from 1990 to 2049, from the first day that any
-- hours of the site are valid on to the last.
CREATE FUNCTION open_spans_of(site smallint) RETURNS TABLE (starts_at timestamptz, ends_at timestamptz, seconds_before numeric)
LANGUAGE sql STABLE AS $$
  WITH known AS (
    SELECT i.zone, greatest(min(o.valid_from), DATE '1990-01-01') AS first_day, least(max(o.valid_to), DATE '2050-01-01') AS end_day
    FROM opening o
    JOIN site i ON i.site_id = o.site_id
    WHERE o.site_id = site
    GROUP BY i.zone
    HAVING greatest(min(o.valid_from), DATE '1990-01-01') < least(max(o.valid_to), DATE '2050-01-01')
  ),
  shift AS (
    SELECT d.day, o.opens, o.closes
    FROM known k
    CROSS JOIN LATERAL (SELECT k.first_day + n.number AS day FROM generate_series(0, k.end_day - k.first_day - 1) AS n (number)) AS d
    JOIN opening o
      ON o.site_id = site
      AND o.weekday = EXTRACT(isodow FROM d.day)
      AND d.day >= o.valid_from
      AND d.day < o.valid_to
    WHERE NOT EXISTS (SELECT FROM closing c WHERE c.site_id = site AND c.day = d.day)
    UNION ALL
    SELECT c.day, c.opens, c.closes
    FROM known k
    JOIN closing c ON c.site_id = site AND c.day >= k.first_day AND c.day < k.end_day
    WHERE c.opens IS NOT NULL
  ),
  told AS (
    SELECT
      opening_instant(t.day + t.opens, k.zone) AS starts_at,
      opening_instant(t.day + (t.closes <= t.opens)::int + t.closes, k.zone) AS ends_at
    FROM shift t
    CROSS JOIN known k
    OFFSET 0
  ),
  placed AS (
    SELECT p.starts_at, max(p.ends_at) AS ends_at
    FROM (
      SELECT lower(m.span) AS starts_at, upper(m.span) AS ends_at
      FROM (SELECT unnest(range_agg(tstzrange(t.starts_at, t.ends_at))) AS span FROM told t WHERE t.starts_at < t.ends_at) AS m
      UNION ALL
      SELECT opening_instant(k.first_day, k.zone), opening_instant(k.first_day, k.zone) FROM known k
    ) AS p
    GROUP BY p.starts_at
  )
  SELECT
    p.starts_at, p.ends_at,
    sum(EXTRACT(EPOCH FROM p.ends_at - p.starts_at)) OVER (ORDER BY p.starts_at) - EXTRACT(EPOCH FROM p.ends_at - p.starts_at)
  FROM placed p
  UNION ALL
  SELECT l.ends, l.ends, NULL
  FROM known k
  CROSS JOIN LATERAL (SELECT greatest(opening_instant(k.end_day, k.zone), (SELECT max(p.ends_at) FROM placed p)) AS ends) AS l
$$;

CREATE VIEW open_span_fact AS
SELECT s.site_id, o.starts_at, o.ends_at, o.seconds_before::numeric(14, 3) AS seconds_before
FROM site s
CROSS JOIN LATERAL open_spans_of(s.site_id) AS o;

-- Whether a site is open at an instant, and for how many seconds it is from then until another, not earlier. No row where its calendar does
-- not tell. One look-up where nothing closes between the two, else two (the key of open_span); inlined into the statement that calls it.
CREATE FUNCTION open_time(site smallint, since timestamptz, until timestamptz) RETURNS TABLE (is_open boolean, seconds numeric)
LANGUAGE sql STABLE AS $$
  SELECT
    since < a.ends_at,
    CASE
      WHEN until <= a.ends_at THEN EXTRACT(EPOCH FROM until - since)
      ELSE z.seconds_before + EXTRACT(EPOCH FROM least(until, z.ends_at) - z.starts_at)
        - a.seconds_before - EXTRACT(EPOCH FROM least(since, a.ends_at) - a.starts_at)
    END
  FROM (
    SELECT s.starts_at, s.ends_at, s.seconds_before
    FROM open_span s
    WHERE s.site_id = site AND s.starts_at <= since
    ORDER BY s.starts_at DESC
    LIMIT 1
  ) AS a
  LEFT JOIN LATERAL (
    SELECT s.starts_at, s.ends_at, s.seconds_before
    FROM open_span s
    WHERE s.site_id = site AND s.starts_at < until AND until > a.ends_at
    ORDER BY s.starts_at DESC
    LIMIT 1
  ) AS z ON true
  WHERE a.seconds_before IS NOT NULL
    AND (until <= a.ends_at OR z.seconds_before IS NOT NULL)
$$;

-- The same as one number: the seconds that a site is open between two instants; null where its calendar does not tell. For many rows, join
-- open_time LATERAL, which is inlined.
CREATE FUNCTION open_seconds(site smallint, since timestamptz, until timestamptz) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT o.seconds FROM open_time(site, since, until) AS o
$$;

-- replies: how many answers the agent's side gave after the first; reply_wait: the seconds waited before them, summed. in_hours: whether the
-- site was open when the contact was offered, null where its calendar does not tell for the whole of the wait; wait_open: the part of the
-- wait, in seconds, during which it was. Both follow the calendar.
ALTER TABLE contact
  ADD COLUMN replies integer,
  ADD COLUMN reply_wait numeric(14, 3),
  ADD COLUMN in_hours boolean,
  ADD COLUMN wait_open numeric(11, 3);

INSERT INTO open_span (site_id, starts_at, ends_at, seconds_before)
SELECT site_id, starts_at, ends_at, seconds_before FROM open_span_fact;

UPDATE contact AS c
SET in_hours = o.is_open, wait_open = CASE WHEN f.wait IS NOT NULL THEN o.seconds END
FROM contact AS f
CROSS JOIN LATERAL open_time(f.site_id, f.offered_at, f.offered_at + make_interval(secs => coalesce(f.wait, 0)::float8)) AS o
WHERE f.source_id = c.source_id
  AND f.contact_id = c.contact_id
  AND f.customer_id = c.customer_id
  AND f.day = c.day;

-- Contacts that count, as far as open hours or replies are known of them.
CREATE VIEW response_fact AS
SELECT
  c.site_id, c.day, c.quarter, c.offered_at, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outbound, c.outcome_id,
  c.in_hours, c.wait_open, c.replies, c.reply_wait
FROM contact c
WHERE c.parent_id IS NULL
  AND c.outcome_id < 9
  AND (c.in_hours IS NOT NULL OR c.replies IS NOT NULL);

-- Contacts in progress whose site has a calendar, with their age in open seconds at the data's own horizon (index contact_pending).
CREATE VIEW pending_hours_fact AS
SELECT
  c.site_id, c.day, c.quarter, c.offered_at, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outbound, c.outcome_id,
  o.seconds AS age_open
FROM contact c
CROSS JOIN data_state s
CROSS JOIN LATERAL open_time(c.site_id, c.offered_at, s.horizon) AS o
WHERE c.parent_id IS NULL
  AND c.outcome_id = 7;
