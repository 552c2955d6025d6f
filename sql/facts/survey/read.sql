-- Read each staged survey, with the reason to refuse it. $1 zone of times without an offset (or null), $2 now, $3 the
-- source of rows that name none. The layers are those of contact/read.sql. The contact is found by its contact_place. A
-- row that names a contact is hot unless it says otherwise, and gets the contact's data later (survey.sql:complete).
INSERT INTO ready_survey (
  staged, line, refused, ambiguous, unknown, source_id, survey_id, customer_id, site_id, segment_id, channel_id, moment_id, reason_id,
  outbound, outcome_id, team_id, agent_id, queue_id, contact_source_id, contact_id, instrument_id, hot, sent_by, sent_at, answered_at, counted_at,
  score, verbatim, called_back_at,
  sent_by_id, transferred_to_id, attribute_1, attribute_2, attribute_3, attribute_4, attribute_5, attribute_6, attribute_7, attribute_8
)
SELECT
  v.staged, v.line,
  CASE
    WHEN v.survey IS NULL THEN 'missing:survey'
    WHEN v.instrument IS NULL THEN 'missing:instrument'
    WHEN v.sent_text IS NULL THEN 'missing:sent_at'
    WHEN v.longest > 200 THEN 'code_too_long'
    WHEN v.instrument_id IS NULL THEN 'unknown_instrument'
    WHEN v.contact IS NOT NULL AND v.offered_at IS NULL THEN 'unknown_surveyed_contact'
    WHEN v.hot AND v.contact IS NULL THEN 'hot_without_contact'
    WHEN v.kind = 'employee' AND (v.contact IS NOT NULL OR v.customer IS NOT NULL) THEN 'employee_named'
    WHEN v.contact IS NULL AND v.team IS NOT NULL AND v.row_team_id IS NULL THEN 'unknown_survey_team'
    WHEN v.contact IS NULL AND v.site IS NOT NULL AND v.row_site_id IS NULL AND $1::text IS NULL THEN 'unknown_site'
    WHEN v.contact IS NULL AND v.site IS NULL AND v.row_site_id IS NULL THEN 'survey_nowhere'
    WHEN v.sent_form = 'u' THEN 'unreadable_time:sent_at'
    WHEN v.answered_form = 'u' THEN 'unreadable_time:answered_at'
    WHEN v.called_back_form = 'u' THEN 'unreadable_time:called_back_at'
    WHEN $1::text IS NULL AND v.sent_form = 'l' THEN 'time_without_offset:sent_at'
    WHEN $1::text IS NULL AND v.answered_form = 'l' THEN 'time_without_offset:answered_at'
    WHEN $1::text IS NULL AND v.called_back_form = 'l' THEN 'time_without_offset:called_back_at'
    WHEN v.sent_form = 'l' AND v.sent_at AT TIME ZONE $1::text <> v.sent_text::timestamp THEN 'time_in_gap:sent_at'
    WHEN v.answered_form = 'l' AND v.answered_at AT TIME ZONE $1::text <> v.answered_text::timestamp THEN 'time_in_gap:answered_at'
    WHEN v.called_back_form = 'l' AND v.called_back_at AT TIME ZONE $1::text <> v.called_back_text::timestamp THEN 'time_in_gap:called_back_at'
    WHEN v.answered_at < v.sent_at THEN 'answered_before_sent'
    WHEN v.called_back_at IS NOT NULL AND v.answered_at IS NULL THEN 'called_back_unanswered'
    WHEN v.called_back_at < v.answered_at THEN 'called_back_before_answered'
    WHEN v.sent_at < v.offered_at THEN 'sent_before_offered'
    WHEN greatest(v.sent_at, v.answered_at, v.called_back_at) > $2::timestamptz + interval '5 minutes' THEN 'surveyed_in_future'
    WHEN v.sent_at < timestamptz '1970-01-02 00:00+00' THEN 'sent_too_early'
    WHEN (v.answered_at IS NULL) <> (v.score IS NULL) THEN 'answer_incomplete'
    WHEN v.score NOT BETWEEN v.low AND v.high THEN 'score_out_of_scale'
  END,
  coalesce(
    (v.sent_form = 'l' AND v.sent_at <> v.sent_text::timestamp AT TIME ZONE $1::text)
    OR (v.answered_form = 'l' AND v.answered_at <> v.answered_text::timestamp AT TIME ZONE $1::text)
    OR (v.called_back_form = 'l' AND v.called_back_at <> v.called_back_text::timestamp AT TIME ZONE $1::text),
    false),
  array_remove(
    ARRAY[
      CASE WHEN v.sent_by_id IS NULL THEN pg_temp.unknown_member('sent_by', v.sent_by) END,
      CASE WHEN v.contact IS NULL AND v.row_site_id IS NULL THEN pg_temp.unknown_member('site', v.site) END,
      CASE WHEN v.contact IS NULL AND v.row_segment_id IS NULL THEN pg_temp.unknown_member('segment', v.segment) END,
      CASE WHEN v.contact IS NULL AND v.row_customer_id IS NULL THEN pg_temp.unknown_member('customer', v.customer, v.segment) END
    ],
    NULL),
  v.source_id, v.survey, coalesce(v.row_customer_id, 0), v.row_site_id, coalesce(v.row_segment_id, v.customer_segment_id, 0),
  0, 0, 0, false, 0, coalesce(v.row_team_id, 0), 0, 0,
  CASE WHEN v.contact IS NOT NULL THEN v.contact_source_id END, v.contact,
  v.instrument_id, v.hot, v.sent_by, v.sent_at, v.answered_at, coalesce(v.answered_at, v.sent_at),
  CASE WHEN v.score BETWEEN v.low AND v.high THEN v.score END, v.verbatim, v.called_back_at,
  coalesce(v.sent_by_id, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM (
  SELECT
    f.staged, f.line, f.survey, f.contact, f.customer, f.site, f.team, f.segment, f.instrument, f.sent_by, f.verbatim, f.longest,
    pg_temp.value_id('sent_by', f.sent_by) AS sent_by_id,
    f.sent_at AS sent_text, f.answered_at AS answered_text, f.called_back_at AS called_back_text,
    f.sent_form, f.answered_form, f.called_back_form,
    CASE f.sent_form
      WHEN 'o' THEN f.sent_at::timestamptz
      WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.sent_at::timestamp, $1::text) END
    END AS sent_at,
    CASE f.answered_form
      WHEN 'o' THEN f.answered_at::timestamptz
      WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.answered_at::timestamp, $1::text) END
    END AS answered_at,
    CASE f.called_back_form
      WHEN 'o' THEN f.called_back_at::timestamptz
      WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.called_back_at::timestamp, $1::text) END
    END AS called_back_at,
    f.score::numeric AS score, coalesce(f.hot::boolean, f.contact IS NOT NULL) AS hot,
    source.source_id, told.source_id AS contact_source_id, c.offered_at,
    coalesce(site.site_id, CASE WHEN f.site IS NULL THEN NULLIF(team.site_id, 0) END) AS row_site_id,
    team.team_id AS row_team_id, segment.segment_id AS row_segment_id,
    customer.customer_id AS row_customer_id, customer.segment_id AS customer_segment_id,
    instrument.instrument_id, instrument.kind, instrument.low, instrument.high
  FROM (
    SELECT
      s.*, s.ctid AS staged,
      CASE
        WHEN s.sent_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
        WHEN s.sent_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
        WHEN s.sent_at IS NOT NULL THEN 'u'
      END AS sent_form,
      CASE
        WHEN s.answered_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
        WHEN s.answered_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
        WHEN s.answered_at IS NOT NULL THEN 'u'
      END AS answered_form,
      CASE
        WHEN s.called_back_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
        WHEN s.called_back_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
        WHEN s.called_back_at IS NOT NULL THEN 'u'
      END AS called_back_form,
      greatest(
        octet_length(s.source), octet_length(s.survey), octet_length(s.customer), octet_length(s.site), octet_length(s.segment),
        octet_length(s.team), octet_length(s.sent_by),
        octet_length($3::text)) AS longest
    FROM stage_survey AS s
    OFFSET 0
  ) AS f
  LEFT JOIN source ON source.code = coalesce(f.source, $3::text)
  LEFT JOIN source AS told ON told.code = coalesce(f.contact_source, f.source, $3::text)
  LEFT JOIN contact_place AS p ON p.source_id = told.source_id AND p.contact_id = f.contact
  LEFT JOIN contact AS c
    ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
  LEFT JOIN site ON site.code = f.site
  LEFT JOIN team ON team.code = f.team
  LEFT JOIN segment ON segment.code = f.segment
  LEFT JOIN customer ON customer.code = f.customer
  LEFT JOIN instrument ON instrument.code = f.instrument
  OFFSET 0
) AS v
