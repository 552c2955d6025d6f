-- Read each staged row, with the reason to refuse it: casts, codes to ids, local day and quarter, the first failed
-- check. $1 zone of times without an offset (or null), $2 now, $3 the source of rows that name none. OFFSET 0 separates
-- three layers, so that nothing is computed twice: the form of the times, the values, the checks. A text that cannot be
-- cast fails the statement. The loader then removes such rows (contact.sql:unreadable) and runs the statement again, so
-- that the usual file needs no check of every field. LIKE recognizes the usual spellings of a time at a fifteenth of
-- the cost of the regular expression that recognizes all.
INSERT INTO seen_contact
SELECT
  v.line,
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
    WHEN least(v.wait, v.talk, v.hold, v.acw, v.reply_wait) < 0 THEN 'negative_duration'
    WHEN greatest(v.wait, v.talk, v.hold, v.acw, v.reply_wait / nullif(v.replies, 0)) > 2592000 THEN 'duration_too_long'
    WHEN v.offered_at > $2::timestamptz + interval '5 minutes' THEN 'offered_in_future'
    WHEN v.offered_at < timestamptz '1970-01-02 00:00+00' THEN 'offered_too_early'
    WHEN v.class = 'served' AND v.wait IS NULL AND v.parent IS NULL AND v.direction = 'inbound' THEN 'wait_unknown'
    WHEN v.outcome_id = 3 AND coalesce(v.asynchronous, false) THEN 'abandoned_asynchronous'
    WHEN greatest(abs(v.cost), abs(v.revenue)) >= 1e10 OR v.cost < 0 THEN 'amount_out_of_range'
    WHEN v.site_id IS NULL AND $1 IS NULL THEN 'unknown_site'
  END,
  coalesce(
    (v.offered_form = 'l' AND v.offered_at <> v.offered_text::timestamp AT TIME ZONE $1::text)
    OR (v.answered_form = 'l' AND v.answered_at <> v.answered_text::timestamp AT TIME ZONE $1::text)
    OR (v.ended_form = 'l' AND v.ended_at <> v.ended_text::timestamp AT TIME ZONE $1::text),
    false),
  v.source_id, v.contact, v.parent, v.customer, v."case", v.segment, v.moment, v.reason,
  v.site_id, v.partner_id, v.segment_id, v.channel_id, v.moment_id, v.reason_id,
  v.agent_id, v.team_id, v.agent_team_id,
  v.direction = 'outbound', v.outcome_id, v.class = 'served', v.class = 'excluded',
  v.offered_at, v.answered_at, v.ended_at,
  v.wall::date, (date_part('hour', v.wall) * 4 + floor(date_part('minute', v.wall) / 15))::smallint,
  v.wait, v.talk, coalesce(v.hold, CASE WHEN v.talk IS NOT NULL THEN 0 END), coalesce(v.acw, CASE WHEN v.talk IS NOT NULL THEN 0 END),
  v.agent, v.team, v.site, v.channel, v.source,
  v.transferred_to, v.escalated, v.resolved, v.cost, v.revenue, v.replies, v.reply_wait
FROM (
  SELECT
    t.*,
    CASE
      WHEN t.wait_text IS NOT NULL THEN t.wait_text::numeric
      WHEN t.class = 'lost' THEN extract(epoch FROM t.ended_at - t.offered_at)
      ELSE extract(epoch FROM t.answered_at - t.offered_at)
    END AS wait,
    t.offered_at AT TIME ZONE t.zone AS wall
  FROM (
    SELECT
      f.line, f.source, f.contact, f.parent, f.customer, f."case", f.site, f.segment, f.channel, f.moment, f.reason,
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
      f.wait AS wait_text, f.talk::numeric AS talk, f.hold::numeric AS hold, f.acw::numeric AS acw,
      f.agent, f.team, f.transferred_to, coalesce(f.escalated::boolean, false) AS escalated, f.resolved::boolean AS resolved,
      f.cost::numeric AS cost, f.revenue::numeric AS revenue, f.outcome,
      f.replies::numeric AS replies, f.reply_wait::numeric AS reply_wait,
      source.source_id, site.site_id, site.partner_id, site.zone, segment.segment_id, channel.channel_id, channel.asynchronous,
      coalesce(moment.moment_id, CASE WHEN f.moment IS NULL THEN reason.moment_id END) AS moment_id, reason.reason_id,
      agent.agent_id, agent.team_id AS agent_team_id, team.team_id, outcome.outcome_id, outcome.class
    FROM (
      SELECT
        s.*,
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
          octet_length(s.segment), octet_length(s.channel), octet_length(s.moment), octet_length(s.reason), octet_length(s.agent),
          octet_length(s.team)) AS longest
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
    LEFT JOIN agent ON agent.code = f.agent
    LEFT JOIN team ON team.code = f.team
    OFFSET 0
  ) AS t
  OFFSET 0
) AS v
