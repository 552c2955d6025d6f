-- Read each staged contact, with the reason to refuse it: casts, codes to ids, local day and quarter, the first failed
-- check, the cost by the tariffs and the wait in open hours. $1 zone of times without an offset (or null), $2 now, $3
-- the source of rows that name none. OFFSET 0 separates the layers, so that nothing is computed twice: the form of the
-- times, the values, the checks, the row as it will be stored. A text that cannot be cast fails the statement. The
-- loader then removes such rows (staged.sql:unreadable) and runs the statement again, so that the usual file needs no
-- check of every field. LIKE recognizes the usual spellings of a time at a fifteenth of the cost of the regular
-- expression that recognizes all. A new customer has no id yet (contact.sql:customers).
INSERT INTO ready_contact (
  staged, line, refused, ambiguous, unknown, source_id, contact_id, customer_id, day, quarter, offered_at, answered_at, ended_at,
  site_id, segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, wait, talk, hold, acw, escalated, resolved, overflowed,
  cost, cost_given, revenue, transferred_to, parent_id, case_id, replies, reply_wait, in_hours, wait_open,
  queue_id, first_queue_id, visited,
  customer, has_agent, has_team, several, differs, agent_id, team_id, leg_site_id, partner_id, served,
  transferred_to_id, attribute_1, attribute_2, attribute_3, attribute_4, attribute_5, attribute_6, attribute_7, attribute_8
)
SELECT
  w.staged, w.line, w.refused, w.ambiguous,
  nullif(
    array_remove(
      ARRAY[
        CASE WHEN w.site_id IS NULL THEN pg_temp.unknown_member('site', w.site) END,
        CASE WHEN w.channel_id IS NULL THEN pg_temp.unknown_member('channel', w.channel) END,
        CASE WHEN w.segment_id IS NULL THEN pg_temp.unknown_member('segment', w.segment) END,
        CASE WHEN w.moment_id IS NULL THEN pg_temp.unknown_member('moment', w.moment) END,
        CASE WHEN w.reason_id IS NULL THEN pg_temp.unknown_member('reason', w.reason, w.moment) END,
        CASE WHEN w.queue_id IS NULL THEN pg_temp.unknown_member('queue', w.queue) END,
        CASE WHEN w.team_id IS NULL THEN pg_temp.unknown_member('team', w.team) END,
        CASE WHEN w.agent_id IS NULL THEN pg_temp.unknown_member('agent', w.agent, w.team) END,
        CASE WHEN w.transferred_to_id IS NULL THEN pg_temp.unknown_member('transferred_to', w.transferred_to) END
      ] || CASE
        WHEN num_nonnulls(w.attribute_1, w.attribute_2, w.attribute_3, w.attribute_4, w.attribute_5, w.attribute_6, w.attribute_7, w.attribute_8) > 0
        THEN ARRAY[
          CASE WHEN w.attribute_1_id IS NULL THEN pg_temp.unknown_member('attribute_1', w.attribute_1) END,
          CASE WHEN w.attribute_2_id IS NULL THEN pg_temp.unknown_member('attribute_2', w.attribute_2) END,
          CASE WHEN w.attribute_3_id IS NULL THEN pg_temp.unknown_member('attribute_3', w.attribute_3) END,
          CASE WHEN w.attribute_4_id IS NULL THEN pg_temp.unknown_member('attribute_4', w.attribute_4) END,
          CASE WHEN w.attribute_5_id IS NULL THEN pg_temp.unknown_member('attribute_5', w.attribute_5) END,
          CASE WHEN w.attribute_6_id IS NULL THEN pg_temp.unknown_member('attribute_6', w.attribute_6) END,
          CASE WHEN w.attribute_7_id IS NULL THEN pg_temp.unknown_member('attribute_7', w.attribute_7) END,
          CASE WHEN w.attribute_8_id IS NULL THEN pg_temp.unknown_member('attribute_8', w.attribute_8) END
        ]
      END,
      NULL),
    '{}'),
  w.source_id, w.contact, CASE WHEN w.customer IS NULL THEN 0 ELSE customer.customer_id END, w.wall::date,
  (date_part('hour', w.wall) * 4 + floor(date_part('minute', w.wall) / 15))::smallint,
  w.offered_at, w.answered_at, w.ended_at,
  w.site_id, coalesce(w.segment_id, 0), w.channel_id, coalesce(w.moment_id, 0), coalesce(w.reason_id, 0), w.direction = 'outbound',
  w.outcome_id,
  CASE WHEN w.refused IS NULL THEN w.wait END, CASE WHEN w.refused IS NULL THEN w.talk END,
  CASE WHEN w.refused IS NULL THEN w.hold END, CASE WHEN w.refused IS NULL THEN w.acw END,
  w.escalated, w.resolved, w.agent_id IS NOT NULL AND coalesce(nullif(home.site_id, 0), w.site_id) <> w.site_id,
  CASE
    WHEN w.refused IS NOT NULL THEN NULL
    WHEN w.cost IS NULL AND given.has_tariffs
    THEN (
      SELECT p.cost
      FROM pg_temp.price(
        w.site_id, w.partner_id, w.channel_id, w.wall::date, w.class = 'served', w.talk + w.hold + w.acw, true) AS p
    )
    ELSE w.cost
  END,
  CASE WHEN w.refused IS NULL THEN w.cost END,
  CASE WHEN w.refused IS NULL THEN w.revenue END,
  w.transferred_to, w.parent, w."case",
  CASE WHEN w.refused IS NULL THEN w.replies END, CASE WHEN w.refused IS NULL THEN w.reply_wait END,
  hours.is_open, CASE WHEN w.wait IS NOT NULL THEN hours.seconds END,
  coalesce(w.queue_id, 0), coalesce(w.queue_id, 0), false,
  w.customer, w.agent_id IS NOT NULL, w.team_id IS NOT NULL, false, w.agent_id IS NOT NULL,
  coalesce(w.agent_id, 0), coalesce(w.team_id, w.agent_team_id, 0), coalesce(nullif(home.site_id, 0), w.site_id), w.partner_id,
  w.class = 'served',
  coalesce(w.transferred_to_id, 0), coalesce(w.attribute_1_id, 0), coalesce(w.attribute_2_id, 0), coalesce(w.attribute_3_id, 0), coalesce(w.attribute_4_id, 0),
  coalesce(w.attribute_5_id, 0), coalesce(w.attribute_6_id, 0), coalesce(w.attribute_7_id, 0), coalesce(w.attribute_8_id, 0)
FROM (
  SELECT
    v.*,
    CASE
      WHEN v.contact IS NULL THEN 'missing:contact'
      WHEN v.site IS NULL THEN 'missing:site'
      WHEN v.channel IS NULL THEN 'missing:channel'
      WHEN v.offered_text IS NULL THEN 'missing:offered_at'
      WHEN v.outcome IS NULL THEN 'missing:outcome'
      WHEN v.outcome_id IS NULL THEN 'unknown_outcome'
      WHEN v.direction NOT IN ('inbound', 'outbound') THEN 'unknown_direction'
      WHEN v.longest > 200 THEN 'code_too_long'
      WHEN v.offered_form = 'u' THEN 'unreadable_time:offered_at'
      WHEN v.answered_form = 'u' THEN 'unreadable_time:answered_at'
      WHEN v.ended_form = 'u' THEN 'unreadable_time:ended_at'
      WHEN $1::text IS NULL AND v.offered_form = 'l' THEN 'time_without_offset:offered_at'
      WHEN $1::text IS NULL AND v.answered_form = 'l' THEN 'time_without_offset:answered_at'
      WHEN $1::text IS NULL AND v.ended_form = 'l' THEN 'time_without_offset:ended_at'
      WHEN v.offered_form = 'l' AND v.offered_at AT TIME ZONE $1::text <> v.offered_text::timestamp THEN 'time_in_gap:offered_at'
      WHEN v.answered_form = 'l' AND v.answered_at AT TIME ZONE $1::text <> v.answered_text::timestamp THEN 'time_in_gap:answered_at'
      WHEN v.ended_form = 'l' AND v.ended_at AT TIME ZONE $1::text <> v.ended_text::timestamp THEN 'time_in_gap:ended_at'
      WHEN v.answered_at < v.offered_at THEN 'answered_before_offered'
      WHEN v.ended_at < v.offered_at THEN 'ended_before_offered'
      WHEN v.ended_at < v.answered_at THEN 'ended_before_answered'
      WHEN v.replies <> trunc(v.replies) OR v.replies NOT BETWEEN 0 AND 30000 THEN 'replies_number'
      WHEN (v.replies IS NULL) <> (v.reply_wait IS NULL) OR (v.replies = 0 AND v.reply_wait > 0) THEN 'replies_incomplete'
      WHEN least(v.wait_text::numeric, v.wait, v.talk, v.hold, v.acw, v.reply_wait) < 0 THEN 'negative_duration'
      WHEN greatest(v.talk, v.hold, v.acw) > 2592000 THEN 'duration_too_long'
      WHEN greatest(v.wait, v.reply_wait / nullif(v.replies, 0)) > 31622400 THEN 'wait_too_long'
      WHEN v.offered_at > $2::timestamptz + interval '5 minutes' THEN 'offered_in_future'
      WHEN v.offered_at < timestamptz '1970-01-02 00:00+00' THEN 'offered_too_early'
      WHEN v.outcome_id = 3 AND coalesce(v.asynchronous, false) THEN 'abandoned_asynchronous'
      WHEN greatest(abs(v.cost), abs(v.revenue)) >= 1e10 OR v.cost < 0 THEN 'amount_out_of_range'
      WHEN v.site_id IS NULL AND $1 IS NULL THEN 'unknown_site'
      WHEN (SELECT EXISTS (SELECT FROM interval_count)) AND v.direction = 'inbound' AND v.parent IS NULL AND v.outcome_id < 9
        AND pg_temp.interval_at(v.site_id, v.channel_id, CASE WHEN v.queue IS NULL THEN 0::smallint ELSE v.queue_id END, v.offered_at) IS NOT NULL
        THEN 'contact_in_interval' || ':' || pg_temp.both_sources(
          v.source, pg_temp.interval_at(v.site_id, v.channel_id, CASE WHEN v.queue IS NULL THEN 0::smallint ELSE v.queue_id END, v.offered_at))
    END AS refused,
    coalesce(
      (v.offered_form = 'l' AND v.offered_at <> v.offered_text::timestamp AT TIME ZONE $1::text)
      OR (v.answered_form = 'l' AND v.answered_at <> v.answered_text::timestamp AT TIME ZONE $1::text)
      OR (v.ended_form = 'l' AND v.ended_at <> v.ended_text::timestamp AT TIME ZONE $1::text),
      false) AS ambiguous
  FROM (
    SELECT
      t.*,
      -- A wait is kept to the millisecond, and rounded up: so it is within a threshold of whole milliseconds only if it was
      -- before.
      ceil(1000 * CASE
        WHEN t.wait_text IS NOT NULL THEN t.wait_text::numeric
        WHEN t.class = 'lost' THEN extract(epoch FROM t.ended_at - t.offered_at)
        ELSE extract(epoch FROM t.answered_at - t.offered_at)
      END) / 1000 AS wait,
      t.offered_at AT TIME ZONE t.zone AS wall
    FROM (
      SELECT
        f.staged, f.line, f.contact, f.parent, f.customer, f."case", f.site, f.segment, f.channel, f.moment, f.reason, f.queue,
        coalesce(f.direction, 'inbound') AS direction,
        f.offered_at AS offered_text, f.answered_at AS answered_text, f.ended_at AS ended_text,
        f.offered_form, f.answered_form, f.ended_form, f.longest,
        CASE f.offered_form
          WHEN 'o' THEN f.offered_at::timestamptz
          WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.offered_at::timestamp, $1::text) END
        END AS offered_at,
        CASE f.answered_form
          WHEN 'o' THEN f.answered_at::timestamptz
          WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.answered_at::timestamp, $1::text) END
        END AS answered_at,
        CASE f.ended_form
          WHEN 'o' THEN f.ended_at::timestamptz
          WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.ended_at::timestamp, $1::text) END
        END AS ended_at,
        f.wait AS wait_text, f.talk::numeric AS talk, coalesce(f.hold::numeric, CASE WHEN f.talk IS NOT NULL THEN 0 END) AS hold,
        coalesce(f.acw::numeric, CASE WHEN f.talk IS NOT NULL THEN 0 END) AS acw,
        f.agent, f.team, f.transferred_to, coalesce(f.escalated::boolean, false) AS escalated, f.resolved::boolean AS resolved,
        f.cost::numeric AS cost, f.revenue::numeric AS revenue, f.outcome,
        f.replies::numeric AS replies, f.reply_wait::numeric AS reply_wait,
        coalesce(f.source, $3::text) AS source, source.source_id, site.site_id, site.partner_id, site.zone, segment.segment_id, channel.channel_id, channel.asynchronous,
        coalesce(moment.moment_id, CASE WHEN f.moment IS NULL THEN reason.moment_id END) AS moment_id, reason.reason_id, queue.queue_id,
        agent.agent_id, agent.team_id AS agent_team_id, team.team_id, outcome.outcome_id, outcome.class,
        f.attribute_1, f.attribute_2, f.attribute_3, f.attribute_4, f.attribute_5, f.attribute_6, f.attribute_7, f.attribute_8,
        pg_temp.value_id('transferred_to', f.transferred_to) AS transferred_to_id,
        pg_temp.value_id('attribute_1', f.attribute_1) AS attribute_1_id,
        pg_temp.value_id('attribute_2', f.attribute_2) AS attribute_2_id,
        pg_temp.value_id('attribute_3', f.attribute_3) AS attribute_3_id,
        pg_temp.value_id('attribute_4', f.attribute_4) AS attribute_4_id,
        pg_temp.value_id('attribute_5', f.attribute_5) AS attribute_5_id,
        pg_temp.value_id('attribute_6', f.attribute_6) AS attribute_6_id,
        pg_temp.value_id('attribute_7', f.attribute_7) AS attribute_7_id,
        pg_temp.value_id('attribute_8', f.attribute_8) AS attribute_8_id
      FROM (
        SELECT
          s.*, s.ctid AS staged,
          CASE
            WHEN s.offered_at LIKE '____-__-_____:__:__+__:__' OR s.offered_at LIKE '____-__-_____:__:__Z' THEN 'o'
            WHEN s.offered_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
            WHEN s.offered_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
            WHEN s.offered_at IS NOT NULL THEN 'u'
          END AS offered_form,
          CASE
            WHEN s.answered_at LIKE '____-__-_____:__:__+__:__' OR s.answered_at LIKE '____-__-_____:__:__Z' THEN 'o'
            WHEN s.answered_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
            WHEN s.answered_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
            WHEN s.answered_at IS NOT NULL THEN 'u'
          END AS answered_form,
          CASE
            WHEN s.ended_at LIKE '____-__-_____:__:__+__:__' OR s.ended_at LIKE '____-__-_____:__:__Z' THEN 'o'
            WHEN s.ended_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
            WHEN s.ended_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
            WHEN s.ended_at IS NOT NULL THEN 'u'
          END AS ended_form,
          greatest(
            octet_length(s.source), octet_length(s.contact), octet_length(s.parent), octet_length(s.customer), octet_length(s.site),
            octet_length(s.segment), octet_length(s.channel), octet_length(s.moment), octet_length(s.reason), octet_length(s.queue),
            octet_length(s.agent), octet_length(s.team), octet_length(s.transferred_to), octet_length(s.attribute_1), octet_length(s.attribute_2),
            octet_length(s.attribute_3), octet_length(s.attribute_4), octet_length(s.attribute_5), octet_length(s.attribute_6),
            octet_length(s.attribute_7), octet_length(s.attribute_8)) AS longest
        FROM stage_contact AS s
        OFFSET 0
      ) AS f
      LEFT JOIN source ON source.code = coalesce(f.source, $3::text)
      LEFT JOIN site ON site.code = f.site
      LEFT JOIN channel ON channel.code = f.channel
      LEFT JOIN outcome ON outcome.code = f.outcome
      LEFT JOIN segment ON segment.code = f.segment
      LEFT JOIN moment ON moment.code = f.moment
      LEFT JOIN reason ON reason.code = f.reason
      LEFT JOIN queue ON queue.code = f.queue
      LEFT JOIN agent ON agent.code = f.agent
      LEFT JOIN team ON team.code = f.team
      OFFSET 0
    ) AS t
    OFFSET 0
  ) AS v
  OFFSET 0
) AS w
CROSS JOIN (SELECT EXISTS (SELECT FROM tariff) AS has_tariffs, EXISTS (SELECT FROM open_span) AS has_calendars) AS given
LEFT JOIN customer ON customer.code = w.customer
LEFT JOIN team AS home ON home.team_id = coalesce(w.team_id, w.agent_team_id)
LEFT JOIN LATERAL open_time(
  w.site_id, CASE WHEN given.has_calendars AND w.refused IS NULL THEN w.offered_at END,
  w.offered_at + make_interval(secs => CASE WHEN w.refused IS NULL THEN coalesce(w.wait, 0)::float8 END)) AS hours ON true
