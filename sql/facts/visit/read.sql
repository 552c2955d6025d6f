-- Read each staged visit, with the reason to refuse it. $1 zone of times without an offset (or null), $2 now, $3 the source
-- of rows that name none. The layers are those of contact/read.sql. The contact is found by its contact_place, and gives its
-- dimensions and its instant. The day and quarter are those of the entry, on the clock of the contact's site.
INSERT INTO ready_visit (
  staged, line, refused, ambiguous, unknown, contact_source_id, contact_id, visit_number, customer_id, contact_day, contact_offered_at,
  day, quarter, entered_at, left_at, site_id, queue_id, segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, exit_id, wait, priority
)
SELECT
  w.staged, w.line, w.refused, w.ambiguous,
  CASE WHEN w.queue_id IS NULL THEN array_remove(ARRAY[pg_temp.unknown_member('queue', w.queue)], NULL) ELSE '{}' END,
  w.source_id, w.contact, CASE WHEN w.refused IS NULL THEN w.number END, w.customer_id, w.contact_day, w.contact_offered_at,
  w.wall::date, (date_part('hour', w.wall) * 4 + floor(date_part('minute', w.wall) / 15))::smallint, w.entered_at, w.left_at,
  w.site_id, w.queue_id, w.segment_id, w.channel_id, w.moment_id, w.reason_id, w.outbound, w.outcome_id, w.exit_id,
  CASE WHEN w.refused IS NULL THEN w.wait END, CASE WHEN w.refused IS NULL THEN w.rank END
FROM (
  SELECT
    v.*,
    CASE
      WHEN v.contact IS NULL THEN 'missing:contact'
      WHEN v.visit IS NULL THEN 'missing:visit'
      WHEN v.queue IS NULL THEN 'missing:queue'
      WHEN v.entered_text IS NULL THEN 'missing:entered_at'
      WHEN v.number IS NULL OR v.number NOT BETWEEN 1 AND 30000 THEN 'visit_number'
      WHEN v.exit_id IS NULL THEN 'unknown_exit'
      WHEN v.priority IS NOT NULL AND (v.rank IS NULL OR v.rank NOT BETWEEN -30000 AND 30000) THEN 'priority_number'
      WHEN v.longest > 200 THEN 'code_too_long'
      WHEN v.contact_day IS NULL THEN 'unknown_visiting_contact'
      WHEN v.entered_form = 'u' THEN 'unreadable_time:entered_at'
      WHEN v.left_form = 'u' THEN 'unreadable_time:left_at'
      WHEN $1::text IS NULL AND v.entered_form = 'l' THEN 'time_without_offset:entered_at'
      WHEN $1::text IS NULL AND v.left_form = 'l' THEN 'time_without_offset:left_at'
      WHEN v.entered_form = 'l' AND v.entered_at AT TIME ZONE $1::text <> v.entered_text::timestamp THEN 'time_in_gap:entered_at'
      WHEN v.left_form = 'l' AND v.left_at AT TIME ZONE $1::text <> v.left_text::timestamp THEN 'time_in_gap:left_at'
      WHEN v.left_at < v.entered_at THEN 'left_before_entered'
      WHEN v.exit_id = 0 AND (v.left_at IS NOT NULL OR v.wait_text IS NOT NULL) THEN 'left_without_exit'
      WHEN v.wait_text::numeric < 0 THEN 'negative_duration'
      WHEN v.wait > 31622400 THEN 'wait_too_long'
      WHEN v.entered_at > $2::timestamptz + interval '5 minutes' THEN 'entered_in_future'
      WHEN v.entered_at < timestamptz '1970-01-02 00:00+00' THEN 'entered_too_early'
      WHEN (SELECT EXISTS (SELECT FROM interval_count)) AND v.outcome_id < 9
        AND pg_temp.interval_at(v.site_id, v.channel_id, v.queue_id, v.entered_at) IS NOT NULL
        THEN 'visit_in_interval' || ':' || pg_temp.both_sources(
          v.source, pg_temp.interval_at(v.site_id, v.channel_id, v.queue_id, v.entered_at))
    END AS refused,
    coalesce(
      (v.entered_form = 'l' AND v.entered_at <> v.entered_text::timestamp AT TIME ZONE $1::text)
      OR (v.left_form = 'l' AND v.left_at <> v.left_text::timestamp AT TIME ZONE $1::text),
      false) AS ambiguous
  FROM (
    SELECT
      t.*,
      -- A wait is stored to the millisecond, and rounded up: see contact/read.sql.
      ceil(1000 * coalesce(t.wait_text::numeric, extract(epoch FROM t.left_at - t.entered_at))) / 1000 AS wait,
      t.entered_at AT TIME ZONE t.zone AS wall
    FROM (
      SELECT
        f.staged, f.line, f.contact, f.visit, f.queue, f.priority, f.longest, f.number, f.rank, f.entered_form, f.left_form,
        f.entered_at AS entered_text, f.left_at AS left_text, f.wait AS wait_text,
        CASE f.entered_form
          WHEN 'o' THEN f.entered_at::timestamptz
          WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.entered_at::timestamp, $1::text) END
        END AS entered_at,
        CASE f.left_form
          WHEN 'o' THEN f.left_at::timestamptz
          WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.left_at::timestamp, $1::text) END
        END AS left_at,
        CASE
          WHEN f.exit IS NULL THEN 0
          ELSE array_position(ARRAY['answered', 'abandoned', 'flowed_out', 'timed_out', 'deflected'], f.exit)
        END AS exit_id,
        coalesce(f.source, $3::text) AS source, c.source_id, c.customer_id, c.day AS contact_day, c.offered_at AS contact_offered_at,
        c.site_id, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outbound, c.outcome_id, site.zone, queue.queue_id
      FROM (
        SELECT
          s.*, s.ctid AS staged,
          CASE WHEN s.visit ~ '^[0-9]{1,5}$' THEN s.visit::integer END AS number,
          CASE WHEN s.priority ~ '^[+-]?[0-9]{1,5}$' THEN s.priority::integer END AS rank,
          CASE
            WHEN s.entered_at LIKE '____-__-_____:__:__+__:__' OR s.entered_at LIKE '____-__-_____:__:__Z' THEN 'o'
            WHEN s.entered_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
            WHEN s.entered_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
            WHEN s.entered_at IS NOT NULL THEN 'u'
          END AS entered_form,
          CASE
            WHEN s.left_at LIKE '____-__-_____:__:__+__:__' OR s.left_at LIKE '____-__-_____:__:__Z' THEN 'o'
            WHEN s.left_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
            WHEN s.left_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
            WHEN s.left_at IS NOT NULL THEN 'u'
          END AS left_form,
          octet_length(s.queue) AS longest
        FROM stage_visit AS s
        OFFSET 0
      ) AS f
      LEFT JOIN source ON source.code = coalesce(f.source, $3::text)
      LEFT JOIN contact_place AS p ON p.source_id = source.source_id AND p.contact_id = f.contact
      LEFT JOIN contact AS c
        ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
      LEFT JOIN site ON site.site_id = c.site_id
      LEFT JOIN queue ON queue.code = f.queue
      OFFSET 0
    ) AS t
    OFFSET 0
  ) AS v
  OFFSET 0
) AS w
