-- Aggregated intervals: the counts of a queue or a site from one instant to another, of sources that export no single contacts. queue_id 0: a row of
-- the site; channel_id 0: a row of agents' time only. The last six arrays have one element for each threshold, in order. An interval without length
-- is withdrawn. day and quarter are those of the start, on the clock of the site.
CREATE TABLE interval_count (
  source_id         smallint NOT NULL,
  site_id           smallint NOT NULL,
  queue_id          smallint NOT NULL DEFAULT 0,
  channel_id        smallint NOT NULL DEFAULT 0,
  starts_at         timestamptz NOT NULL,
  ends_at           timestamptz NOT NULL,
  day               date NOT NULL,
  quarter           smallint NOT NULL,
  offered           integer,
  answered          integer,
  abandoned         integer,
  deflected         integer,
  flowed_out        integer,
  timed_out         integer,
  wait              numeric(14, 3),
  wait_abandoned    numeric(14, 3),
  talk              numeric(14, 3),
  hold              numeric(14, 3),
  acw               numeric(14, 3),
  thresholds        double precision[] NOT NULL DEFAULT '{}',
  answered_within   integer[] NOT NULL DEFAULT '{}',
  abandoned_within  integer[] NOT NULL DEFAULT '{}',
  passed_on_within  integer[] NOT NULL DEFAULT '{}',
  logged_in         numeric(14, 3),
  busy              numeric(14, 3),
  available         numeric(14, 3),
  PRIMARY KEY (source_id, site_id, queue_id, channel_id, starts_at),
  CHECK (ends_at >= starts_at),
  CHECK ((offered IS NULL) = (answered IS NULL)),
  CHECK (offered IS NULL OR channel_id <> 0),
  CHECK (logged_in IS NULL OR queue_id = 0)
);
-- Refresh of a site's day; the first and last day of a site; any question that reads the facts.
CREATE INDEX interval_count_site_day ON interval_count (site_id, day);
-- Intervals, contacts and visits that overlap an interval in time.
CREATE INDEX interval_count_overlap ON interval_count (site_id, channel_id, queue_id, starts_at);

-- The intervals as questions read them: those that lie within one day of their site. Only a change of the site's zone can make an interval reach
-- into another day, and then no row knows which part of it belongs to it. bucket and last_bucket are the first and the last quarter-hour.
-- A contact that flowed or timed out is counted by the queue that it went to, so it is no contact of this row. lacks_… counts the intervals that do not give
-- what a figure may need. A row of the site has no visits that went on: it counts contacts.
CREATE VIEW interval_fact AS
SELECT
  i.site_id, i.queue_id, i.channel_id, false AS outbound, i.day, i.quarter, i.starts_at AS bucket, i.ends_at - interval '15 minutes' AS last_bucket,
  (date_part('hour', e.wall) * 4 + floor(date_part('minute', e.wall) / 15))::smallint AS last_quarter,
  i.offered AS interval_visits, i.offered - coalesce(i.flowed_out, 0) - coalesce(i.timed_out, 0) AS interval_contacts,
  i.answered AS interval_answered, i.abandoned AS interval_abandoned, i.deflected AS interval_deflected,
  i.flowed_out AS interval_flowed_out, i.timed_out AS interval_timed_out,
  i.wait AS interval_wait, i.wait_abandoned AS interval_wait_abandoned, i.talk AS interval_talk, i.hold AS interval_hold, i.acw AS interval_acw,
  CASE WHEN i.talk IS NOT NULL THEN i.answered END AS interval_timed,
  CASE WHEN i.wait_abandoned IS NOT NULL THEN i.abandoned END AS interval_abandoned_timed,
  CASE WHEN i.offered IS NOT NULL THEN 1 END AS intervals,
  CASE WHEN i.offered IS NOT NULL AND i.abandoned IS NULL THEN 1 END AS lacks_abandoned,
  CASE WHEN i.offered IS NOT NULL AND i.deflected IS NULL THEN 1 END AS lacks_deflected,
  CASE WHEN i.offered IS NOT NULL AND i.flowed_out IS NULL AND i.queue_id <> 0 THEN 1 END AS lacks_flowed_out,
  CASE WHEN i.offered IS NOT NULL AND i.timed_out IS NULL AND i.queue_id <> 0 THEN 1 END AS lacks_timed_out,
  CASE WHEN i.answered > 0 AND i.wait IS NULL THEN 1 END AS lacks_wait,
  CASE WHEN i.offered IS NOT NULL AND i.abandoned IS DISTINCT FROM 0 AND i.wait_abandoned IS NULL THEN 1 END AS lacks_wait_abandoned,
  CASE WHEN i.answered > 0 AND i.talk IS NULL THEN 1 END AS lacks_times,
  i.logged_in AS interval_logged_in, i.logged_in / 3600 AS interval_logged_in_hours, i.busy AS interval_busy, i.available AS interval_available,
  CASE WHEN i.logged_in IS NOT NULL THEN 1 END AS agent_intervals,
  CASE WHEN i.logged_in IS NOT NULL AND i.busy IS NULL THEN 1 END AS lacks_busy,
  CASE WHEN i.logged_in IS NOT NULL AND i.available IS NULL THEN 1 END AS lacks_available,
  i.thresholds, i.answered_within, i.abandoned_within, i.passed_on_within
FROM interval_count AS i
JOIN site AS s ON s.site_id = i.site_id
CROSS JOIN LATERAL (SELECT (i.ends_at - interval '15 minutes') AT TIME ZONE s.zone AS wall OFFSET 0) AS e
WHERE i.ends_at > i.starts_at
  AND e.wall::date = i.day;

-- One row for each threshold of an interval, with its counts within the threshold, and its other counts once more.
CREATE VIEW interval_within_fact AS
SELECT
  f.site_id, f.queue_id, f.channel_id, f.outbound, f.day, f.quarter, f.bucket, f.last_bucket, f.last_quarter, t.threshold,
  t.answered AS within_answered, t.abandoned AS within_abandoned, t.passed_on AS within_passed_on,
  f.intervals AS judged_intervals, f.interval_visits AS judged_visits, f.interval_contacts AS judged_contacts,
  f.interval_answered AS judged_answered, f.interval_abandoned AS judged_abandoned, f.interval_deflected AS judged_deflected,
  coalesce(f.interval_flowed_out, 0) + coalesce(f.interval_timed_out, 0) AS judged_passed_on,
  f.lacks_abandoned AS judged_lacks_abandoned, f.lacks_deflected AS judged_lacks_deflected,
  CASE WHEN f.lacks_flowed_out = 1 OR f.lacks_timed_out = 1 THEN 1 END AS judged_lacks_passed_on,
  CASE WHEN t.abandoned IS NULL AND f.interval_abandoned IS DISTINCT FROM 0 THEN 1 END AS lacks_abandoned_within,
  CASE
    WHEN t.passed_on IS NULL AND coalesce(f.interval_flowed_out, 0) + coalesce(f.interval_timed_out, 0) > 0 THEN 1
  END AS lacks_passed_on_within
FROM interval_fact AS f
CROSS JOIN LATERAL unnest(f.thresholds, f.answered_within, f.abandoned_within, f.passed_on_within)
  AS t (threshold, answered, abandoned, passed_on);
