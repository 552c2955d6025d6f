-- Read each staged interval, with the reason to refuse it. $1 zone of times without an offset (or null), $2 now, $3 the
-- source of rows that name none. Of two rows of the batch that overlap in time, the one that starts later is refused;
-- rows with the same key replace one another and do not overlap.
INSERT INTO ready_interval_count (
  source_id, site_id, queue_id, channel_id, starts_at, ends_at, day, quarter, offered, answered, abandoned, deflected, flowed_out, timed_out,
  wait, wait_abandoned, talk, hold, acw, thresholds, answered_within, abandoned_within, passed_on_within, logged_in, busy, available,
  staged, line, refused, ambiguous, unknown
)
WITH cast_row AS (
  SELECT
    s.ctid AS staged, s.line, s.site, s.queue, s.channel, s.starts_at AS starts_text, s.length AS length_text,
    source.source_id, coalesce(s.source, $3::text) AS source, site.site_id, queue.queue_id, coalesce(s.queue IS NULL, false) AS of_site,
    coalesce(channel.channel_id, CASE WHEN s.channel IS NULL THEN nullif(queue.channel_id, 0) END) AS channel_id,
    pg_temp.instant(s.starts_at, $1::text) AS starts_at, pg_temp.time_fault(s.starts_at, $1::text, 'starts_at') AS time_fault,
    s.length::numeric AS length, site.zone,
    s.answered_within, s.abandoned_within, s.passed_on_within, n.bad_count, d.bad_sum, w.bad_within,
    CASE WHEN n.bad_count IS NULL THEN s.offered::numeric END AS offered, CASE WHEN n.bad_count IS NULL THEN s.answered::numeric END AS answered,
    CASE WHEN n.bad_count IS NULL THEN s.abandoned::numeric END AS abandoned, CASE WHEN n.bad_count IS NULL THEN s.deflected::numeric END AS deflected,
    CASE WHEN n.bad_count IS NULL THEN s.flowed_out::numeric END AS flowed_out, CASE WHEN n.bad_count IS NULL THEN s.timed_out::numeric END AS timed_out,
    s.wait::numeric AS wait, s.wait_abandoned::numeric AS wait_abandoned, s.talk::numeric AS talk,
    coalesce(s.hold::numeric, CASE WHEN s.talk IS NOT NULL THEN 0 END) AS hold,
    coalesce(s.acw::numeric, CASE WHEN s.talk IS NOT NULL THEN 0 END) AS acw,
    s.logged_in::numeric AS logged_in, s.busy::numeric AS busy, s.available::numeric AS available,
    greatest(octet_length(s.source), octet_length(s.site), octet_length(s.queue), octet_length(s.channel), octet_length($3::text)) AS longest
  FROM stage_interval_count AS s
  LEFT JOIN source ON source.code = coalesce(s.source, $3::text)
  LEFT JOIN site ON site.code = s.site
  LEFT JOIN queue ON queue.code = s.queue
  LEFT JOIN channel ON channel.code = s.channel
  CROSS JOIN LATERAL (
    SELECT min(g.name) AS bad_count
    FROM (VALUES
      ('offered', s.offered), ('answered', s.answered), ('abandoned', s.abandoned), ('deflected', s.deflected), ('flowed_out', s.flowed_out),
      ('timed_out', s.timed_out)) AS g (name, given)
    WHERE g.given !~ '^\d{1,9}(\.0+)?$'
  ) AS n
  CROSS JOIN LATERAL (
    SELECT min(g.name) AS bad_sum
    FROM (VALUES
      ('wait', s.wait), ('wait_abandoned', s.wait_abandoned), ('talk', s.talk), ('hold', s.hold), ('acw', s.acw), ('logged_in', s.logged_in),
      ('busy', s.busy), ('available', s.available)) AS g (name, given)
    WHERE g.given::numeric NOT BETWEEN 0 AND 9999999999
  ) AS d
  CROSS JOIN LATERAL (
    SELECT min(g.name) AS bad_within
    FROM (VALUES
      ('answered_within', s.answered_within), ('abandoned_within', s.abandoned_within), ('passed_on_within', s.passed_on_within)) AS g (name, given)
    WHERE g.given !~ '^\d{1,7}(\.\d{1,3})?:\d{1,9}( +\d{1,7}(\.\d{1,3})?:\d{1,9})*$'
      OR (
        SELECT count(*) > 20 OR count(*) > count(DISTINCT split_part(p, ':', 1)::float8)
        FROM regexp_split_to_table(CASE WHEN g.given ~ '^[\d.: ]+$' THEN g.given END, ' +') AS p
        WHERE p ~ '^\d+(\.\d+)?:'
      )
  ) AS w
  OFFSET 0
),
read_row AS (
  SELECT
    r.*, r.starts_at AT TIME ZONE r.zone AS wall,
    coalesce(r.site_id::text, 'new ' || r.site) AS site_mark, coalesce(r.channel_id::text, 'new ' || r.channel, '') AS channel_mark,
    CASE
      WHEN r.length = 86400 AND (r.starts_at AT TIME ZONE r.zone)::time = '00:00'
      THEN ((r.starts_at AT TIME ZONE r.zone)::date + 1)::timestamp AT TIME ZONE r.zone
      ELSE r.starts_at + make_interval(secs => CASE WHEN r.length BETWEEN 0 AND 90000 THEN r.length ELSE 0 END::float8)
    END AS ends_at,
    t.thresholds, t.answered AS of_answered, t.abandoned AS of_abandoned, t.passed_on AS of_passed_on, t.is_strange
  FROM cast_row AS r
  CROSS JOIN LATERAL (
    SELECT
      coalesce(array_agg(a.seconds ORDER BY a.seconds) FILTER (WHERE a.seconds IS NOT NULL), '{}') AS thresholds,
      coalesce(array_agg(a.counted ORDER BY a.seconds) FILTER (WHERE a.seconds IS NOT NULL), '{}') AS answered,
      coalesce(array_agg(b.counted ORDER BY a.seconds) FILTER (WHERE a.seconds IS NOT NULL), '{}') AS abandoned,
      coalesce(array_agg(c.counted ORDER BY a.seconds) FILTER (WHERE a.seconds IS NOT NULL), '{}') AS passed_on,
      min(CASE WHEN a.seconds IS NULL THEN (ARRAY['abandoned_within', 'passed_on_within'])[CASE WHEN b.seconds IS NULL THEN 2 ELSE 1 END] END) AS is_strange
    FROM pg_temp.counts_within(CASE WHEN r.bad_within IS NULL THEN r.answered_within END) AS a
    FULL JOIN pg_temp.counts_within(CASE WHEN r.bad_within IS NULL THEN r.abandoned_within END) AS b ON b.seconds = a.seconds
    FULL JOIN pg_temp.counts_within(CASE WHEN r.bad_within IS NULL THEN r.passed_on_within END) AS c ON c.seconds = a.seconds
  ) AS t
  OFFSET 0
),
-- The keys of the batch: a stored row of such a key is about to be replaced, and overlaps nothing.
replaced_row AS (
  SELECT r.source_id, r.site_id, coalesce(r.queue_id, 0::smallint), coalesce(r.channel_id, 0::smallint), r.starts_at
  FROM read_row AS r
  WHERE r.source_id IS NOT NULL
    AND r.site_id IS NOT NULL
    AND r.starts_at IS NOT NULL
    AND (r.queue IS NULL OR r.queue_id IS NOT NULL)
),
-- The end of what the batch says before the row, of the same queue, and of rows of the site and of single queues; and
-- whether another row begins with it.
placed_row AS (
  SELECT
    r.*, coalesce(r.queue_id, 0) AS queue_key, coalesce(r.channel_id, 0) AS channel_key,
    max(r.ends_at) FILTER (WHERE r.offered IS NOT NULL) OVER (
      PARTITION BY r.site_mark, r.channel_mark, r.queue ORDER BY r.starts_at RANGE BETWEEN UNBOUNDED PRECEDING AND '1 microsecond' PRECEDING
    ) AS reached,
    max(r.ends_at) FILTER (WHERE r.offered IS NOT NULL AND r.of_site) OVER (
      PARTITION BY r.site_mark, r.channel_mark ORDER BY r.starts_at RANGE BETWEEN UNBOUNDED PRECEDING AND '1 microsecond' PRECEDING
    ) AS reached_by_site,
    max(r.ends_at) FILTER (WHERE r.offered IS NOT NULL AND NOT r.of_site) OVER (
      PARTITION BY r.site_mark, r.channel_mark ORDER BY r.starts_at
    ) AS reached_by_queues,
    max(r.ends_at) FILTER (WHERE r.logged_in IS NOT NULL) OVER (
      PARTITION BY r.site_mark ORDER BY r.starts_at RANGE BETWEEN UNBOUNDED PRECEDING AND '1 microsecond' PRECEDING
    ) AS reached_by_agents,
    min(r.source_id) FILTER (WHERE r.offered IS NOT NULL AND r.length > 0) OVER (
      PARTITION BY r.site_mark, r.channel_mark, r.queue, r.starts_at
    ) AS first_source,
    min(ROW(r.source_id, coalesce(r.channel_id, 0))::text) FILTER (WHERE r.logged_in IS NOT NULL AND r.length > 0) OVER (
      PARTITION BY r.site_mark, r.starts_at
    ) AS first_of_agents
  FROM read_row AS r
  OFFSET 0
)
SELECT
  v.source_id, v.site_id, v.queue_key, v.channel_key, v.starts_at, v.ends_at, v.wall::date,
  (date_part('hour', v.wall) * 4 + floor(date_part('minute', v.wall) / 15))::smallint,
  v.offered, v.answered, v.abandoned, v.deflected, v.flowed_out, v.timed_out,
  CASE WHEN v.bad_sum IS NULL THEN v.wait END, CASE WHEN v.bad_sum IS NULL THEN v.wait_abandoned END,
  CASE WHEN v.bad_sum IS NULL THEN v.talk END, CASE WHEN v.bad_sum IS NULL THEN v.hold END, CASE WHEN v.bad_sum IS NULL THEN v.acw END,
  v.thresholds, v.of_answered, v.of_abandoned, v.of_passed_on,
  CASE WHEN v.bad_sum IS NULL THEN v.logged_in END, CASE WHEN v.bad_sum IS NULL THEN v.busy END, CASE WHEN v.bad_sum IS NULL THEN v.available END,
  v.staged, v.line,
  CASE
    WHEN v.site IS NULL THEN 'missing:site'
    WHEN v.starts_text IS NULL THEN 'missing:starts_at'
    WHEN v.length_text IS NULL THEN 'missing:length'
    WHEN v.longest > 200 THEN 'code_too_long'
    WHEN v.site_id IS NULL AND $1::text IS NULL THEN 'unknown_site'
    WHEN v.time_fault IS NOT NULL THEN v.time_fault
    WHEN date_bin('15 minutes', v.starts_at, timestamptz '2000-01-01 00:00+00') <> v.starts_at THEN 'interval_start'
    WHEN v.length NOT BETWEEN 0 AND 90000 OR mod(v.length, 900) <> 0 THEN 'interval_length'
    WHEN v.starts_at < timestamptz '1970-01-02 00:00+00' THEN 'interval_too_early'
    WHEN v.ends_at > $2::timestamptz + interval '5 minutes' THEN 'interval_in_future'
    WHEN v.bad_count IS NOT NULL THEN 'count_number' || ':' || v.bad_count
    WHEN v.bad_sum IS NOT NULL THEN 'sum_number' || ':' || v.bad_sum
    WHEN v.offered IS NULL AND v.logged_in IS NULL AND v.answered IS NULL AND v.busy IS NULL AND v.available IS NULL AND v.length > 0
      THEN 'interval_empty'
    WHEN (v.offered IS NULL) <> (v.answered IS NULL) THEN 'offered_without_answered'
    WHEN v.offered IS NOT NULL AND v.channel_id IS NULL AND v.channel IS NULL AND (v.queue IS NULL OR v.queue_id IS NOT NULL OR v.site_id IS NOT NULL)
      THEN 'interval_without_channel'
    WHEN v.queue IS NULL AND num_nonnulls(v.flowed_out, v.timed_out, v.passed_on_within) > 0 THEN 'passed_on_without_queue'
    WHEN v.bad_within IS NOT NULL THEN 'within_form' || ':' || v.bad_within
    WHEN v.is_strange IS NOT NULL THEN 'within_thresholds' || ':' || v.is_strange
    WHEN v.answered < ANY (v.of_answered) THEN 'within_exceeds:answered_within'
    WHEN v.abandoned < ANY (v.of_abandoned) THEN 'within_exceeds:abandoned_within'
    WHEN coalesce(v.flowed_out, 0) + coalesce(v.timed_out, 0) < ANY (v.of_passed_on) THEN 'within_exceeds:passed_on_within'
    WHEN pg_temp.falls(v.of_answered) THEN 'within_falls:answered_within'
    WHEN pg_temp.falls(v.of_abandoned) THEN 'within_falls:abandoned_within'
    WHEN pg_temp.falls(v.of_passed_on) THEN 'within_falls:passed_on_within'
    WHEN v.queue IS NOT NULL AND num_nonnulls(v.logged_in, v.busy, v.available) > 0 THEN 'agents_by_queue'
    WHEN v.logged_in IS NULL AND num_nonnulls(v.busy, v.available) > 0 THEN 'busy_without_logged_in'
    WHEN (v.ends_at - interval '1 microsecond') AT TIME ZONE v.zone >= (v.wall::date + 1)::timestamp THEN 'interval_crosses_midnight'
    WHEN v.length > 0 AND v.offered IS NOT NULL AND (
      v.reached > v.starts_at OR v.first_source <> v.source_id
      OR (NOT v.of_site AND v.reached_by_site > v.starts_at) OR (v.of_site AND v.reached_by_queues > v.starts_at)
    )
      THEN 'overlapping_intervals' || ':' || pg_temp.both_sources(v.source, coalesce(v.first_source, v.source_id))
    WHEN v.length > 0 AND v.logged_in IS NOT NULL
      AND (v.reached_by_agents > v.starts_at OR v.first_of_agents <> ROW(v.source_id, v.channel_key)::text)
      THEN 'overlapping_agents' || ':' || pg_temp.both_sources(v.source, v.source_id)
    WHEN o.source_id IS NOT NULL THEN 'overlapping_intervals' || ':' || pg_temp.both_sources(v.source, o.source_id)
    WHEN a.source_id IS NOT NULL THEN 'overlapping_agents' || ':' || pg_temp.both_sources(v.source, a.source_id)
    WHEN c.source_id IS NOT NULL THEN 'overlapping_contacts' || ':' || pg_temp.both_sources(v.source, c.source_id)
  END,
  pg_temp.is_repeated(v.starts_text, $1::text),
  array_remove(ARRAY[
    CASE WHEN v.site_id IS NULL THEN pg_temp.unknown_member('site', v.site) END,
    CASE WHEN v.queue_id IS NULL THEN pg_temp.unknown_member('queue', v.queue) END,
    CASE WHEN v.channel_id IS NULL THEN pg_temp.unknown_member('channel', v.channel) END
  ], NULL)
FROM placed_row AS v
LEFT JOIN LATERAL (
  (
    SELECT i.source_id
    FROM interval_count AS i
    WHERE v.length > 0
      AND v.offered IS NOT NULL
      AND i.site_id = v.site_id
      AND i.channel_id = v.channel_id
      AND i.queue_id = ANY (ARRAY[v.queue_key, 0]::smallint[])
      AND i.starts_at > v.starts_at - interval '25 hours'
      AND i.starts_at < v.ends_at
      AND i.ends_at > v.starts_at
      AND i.offered IS NOT NULL
      AND (i.source_id, i.site_id, i.queue_id, i.channel_id, i.starts_at) NOT IN (SELECT * FROM replaced_row)
    LIMIT 1
  )
  UNION ALL
  (
    SELECT i.source_id
    FROM interval_count AS i
    WHERE v.of_site
      AND v.length > 0
      AND v.offered IS NOT NULL
      AND i.site_id = v.site_id
      AND i.day = v.wall::date
      AND i.channel_id = v.channel_id
      AND i.queue_id <> 0
      AND i.starts_at < v.ends_at
      AND i.ends_at > v.starts_at
      AND i.offered IS NOT NULL
      AND (i.source_id, i.site_id, i.queue_id, i.channel_id, i.starts_at) NOT IN (SELECT * FROM replaced_row)
    LIMIT 1
  )
  LIMIT 1
) AS o ON true
LEFT JOIN LATERAL (
  (
    SELECT i.source_id
    FROM interval_count AS i
    WHERE v.length > 0
      AND v.logged_in IS NOT NULL
      AND i.site_id = v.site_id
      AND i.day = v.wall::date
      AND i.starts_at < v.ends_at
      AND i.ends_at > v.starts_at
      AND i.logged_in IS NOT NULL
      AND (i.source_id, i.site_id, i.queue_id, i.channel_id, i.starts_at) NOT IN (SELECT * FROM replaced_row)
    LIMIT 1
  )
  UNION ALL
  (
    SELECT s.source_id
    FROM agent_time AS t
    JOIN agent_state AS s ON s.agent_id = t.agent_id AND s.started_at < t.bucket + interval '15 minutes' AND s.site_id = t.site_id
    WHERE v.length > 0
      AND v.logged_in IS NOT NULL
      AND t.site_id = v.site_id
      AND t.day = v.wall::date
      AND t.bucket >= v.starts_at
      AND t.bucket < v.ends_at
      AND t.login > 0
    LIMIT 1
  )
  LIMIT 1
) AS a ON true
LEFT JOIN LATERAL (
  (
    SELECT t.source_id
    FROM contact AS t
    WHERE v.length > 0
      AND v.offered IS NOT NULL
      AND t.site_id = v.site_id
      AND t.day = v.wall::date
      AND t.channel_id = v.channel_id
      AND (t.queue_id = v.queue_id OR t.queue_id = 0 OR v.of_site)
      AND t.offered_at >= v.starts_at
      AND t.offered_at < v.ends_at
      AND t.parent_id IS NULL
      AND NOT t.outbound
      AND t.outcome_id < 9
    LIMIT 1
  )
  UNION ALL
  (
    SELECT t.contact_source_id
    FROM visit AS t
    WHERE v.length > 0
      AND v.offered IS NOT NULL
      AND t.site_id = v.site_id
      AND t.day = v.wall::date
      AND t.channel_id = v.channel_id
      AND (t.queue_id = v.queue_id OR v.of_site)
      AND t.entered_at >= v.starts_at
      AND t.entered_at < v.ends_at
      AND t.outcome_id < 9
    LIMIT 1
  )
  LIMIT 1
) AS c ON true
