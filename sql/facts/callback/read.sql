-- Read each staged promise, with the reason to refuse it. $1 zone of times without an offset (or null), $2 now, $3 the
-- source of rows that name none. The contact is found by its contact_place, and gives its dimensions later
-- (staged.sql:inherit). Only a promise without a contact names dimensions itself.
INSERT INTO ready_callback (
  staged, line, refused, ambiguous, unknown, source_id, callback_id, customer_id, promised_at, due_at, made_at, reached,
  contact_source_id, contact_id, site_id, segment_id, channel_id, moment_id, reason_id, outcome_id
)
SELECT
  v.staged, v.line,
  CASE
    WHEN v.callback IS NULL THEN 'missing:callback'
    WHEN v.promised_text IS NULL THEN 'missing:promised_at'
    WHEN v.longest > 200 THEN 'code_too_long'
    WHEN v.contact IS NOT NULL AND v.offered_at IS NULL THEN 'unknown_promised_contact'
    WHEN v.contact IS NULL AND v.customer IS NULL THEN 'promised_to_nobody'
    WHEN v.contact IS NULL AND v.site IS NULL THEN 'promised_nowhere'
    WHEN v.contact IS NULL AND v.site_id IS NULL AND $1::text IS NULL THEN 'unknown_site'
    WHEN v.fault IS NOT NULL THEN v.fault
    WHEN v.promised_at < v.offered_at THEN 'promised_before_offered'
    WHEN v.due_at < v.promised_at THEN 'due_before_promised'
    WHEN v.due_at > v.promised_at + interval '30 days' THEN 'due_too_late'
    WHEN v.made_at < v.promised_at THEN 'made_before_promised'
    WHEN v.reached AND v.made_at IS NULL THEN 'reached_without_call'
    WHEN greatest(v.promised_at, v.made_at) > $2::timestamptz + interval '5 minutes' THEN 'promised_in_future'
    WHEN v.promised_at < timestamptz '1970-01-02 00:00+00' THEN 'promised_too_early'
  END,
  v.ambiguous,
  CASE WHEN v.contact IS NULL THEN array_remove(
    ARRAY[
      CASE WHEN v.site_id IS NULL THEN pg_temp.unknown_member('site', v.site) END,
      CASE WHEN v.channel_id IS NULL THEN pg_temp.unknown_member('channel', v.channel) END,
      CASE WHEN v.segment_id IS NULL THEN pg_temp.unknown_member('segment', v.segment) END,
      CASE WHEN v.moment_id IS NULL THEN pg_temp.unknown_member('moment', v.moment) END,
      CASE WHEN v.reason_id IS NULL THEN pg_temp.unknown_member('reason', v.reason) END,
      CASE WHEN v.customer_id IS NULL THEN pg_temp.unknown_member('customer', v.customer) END
    ],
    NULL) ELSE '{}' END,
  v.source_id, v.callback,
  coalesce(v.customer_id, 0), v.promised_at, coalesce(v.due_at, v.promised_at + interval '1 day'), v.made_at, coalesce(v.reached, false),
  CASE WHEN v.contact IS NOT NULL THEN v.contact_source_id END, v.contact,
  v.site_id, coalesce(v.segment_id, v.customer_segment_id, 0), coalesce(v.channel_id, 0), coalesce(v.moment_id, v.reason_moment_id, 0),
  coalesce(v.reason_id, 0), 0
FROM (
  SELECT
    s.ctid AS staged, s.line, s.callback, s.contact, s.customer, s.site, s.segment, s.channel, s.moment, s.reason, s.promised_at AS promised_text,
    pg_temp.instant(s.promised_at, $1) AS promised_at, pg_temp.instant(s.due_at, $1) AS due_at, pg_temp.instant(s.made_at, $1) AS made_at,
    coalesce(
      pg_temp.time_fault(s.promised_at, $1, 'promised_at'), pg_temp.time_fault(s.due_at, $1, 'due_at'),
      pg_temp.time_fault(s.made_at, $1, 'made_at')) AS fault,
    pg_temp.is_repeated(s.promised_at, $1) OR pg_temp.is_repeated(s.due_at, $1) OR pg_temp.is_repeated(s.made_at, $1) AS ambiguous,
    s.reached::boolean AS reached,
    source.source_id, told.source_id AS contact_source_id, k.offered_at, site.site_id, segment.segment_id, channel.channel_id,
    moment.moment_id, reason.reason_id, reason.moment_id AS reason_moment_id, customer.customer_id, customer.segment_id AS customer_segment_id,
    greatest(
      octet_length(s.source), octet_length(s.callback), octet_length(s.customer), octet_length(s.segment), octet_length(s.channel),
      octet_length(s.moment), octet_length(s.reason), octet_length(s.site), octet_length($3::text)) AS longest
  FROM stage_callback AS s
  LEFT JOIN source ON source.code = coalesce(s.source, $3::text)
  LEFT JOIN source AS told ON told.code = coalesce(s.contact_source, s.source, $3::text)
  LEFT JOIN contact_place AS p ON p.source_id = told.source_id AND p.contact_id = s.contact
  LEFT JOIN contact AS k
    ON k.source_id = p.source_id AND k.contact_id = p.contact_id AND k.customer_id = p.customer_id AND k.day = p.day
  LEFT JOIN site ON site.code = s.site
  LEFT JOIN segment ON segment.code = s.segment
  LEFT JOIN channel ON channel.code = s.channel
  LEFT JOIN moment ON moment.code = s.moment
  LEFT JOIN reason ON reason.code = s.reason
  LEFT JOIN customer ON customer.code = s.customer
  OFFSET 0
) AS v
