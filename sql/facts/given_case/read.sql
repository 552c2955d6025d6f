-- Read each staged case, with the reason to refuse it. $1 zone of times without an offset (or null), $2 now, $3 the
-- source of rows that name none. A row without a moment gets that of the reason, and a row without a team the agent's.
INSERT INTO ready_given_case (
  source_id, case_id, customer_id, site_id, segment_id, channel_id, moment_id, reason_id, team_id, agent_id, opened_at, answered_at,
  resolved_at, closed_at, staged, line, refused, ambiguous, unknown
)
SELECT
  v.source_id, v."case", coalesce(v.customer_id, 0), v.site_id, coalesce(v.segment_id, 0), coalesce(v.channel_id, 0),
  coalesce(v.moment_id, 0), coalesce(v.reason_id, 0), coalesce(v.team_id, 0), coalesce(v.agent_id, 0),
  v.opened_at, v.answered_at, v.resolved_at, v.closed_at, v.staged, v.line,
  CASE
    WHEN v."case" IS NULL THEN 'missing:case'
    WHEN v.site IS NULL THEN 'missing:site'
    WHEN v.opened_text IS NULL THEN 'missing:opened_at'
    WHEN v.longest > 200 THEN 'code_too_long'
    WHEN v.time_fault IS NOT NULL THEN v.time_fault
    WHEN v.answered_at < v.opened_at THEN 'answered_before_opened'
    WHEN v.resolved_at < v.opened_at THEN 'resolved_before_opened'
    WHEN v.closed_at < v.opened_at THEN 'closed_before_opened'
    WHEN v.closed_at < v.resolved_at THEN 'closed_before_resolved'
    WHEN greatest(v.opened_at, v.answered_at, v.resolved_at, v.closed_at) > $2::timestamptz + interval '5 minutes' THEN 'case_in_future'
    WHEN v.opened_at < timestamptz '1970-01-02 00:00+00' THEN 'opened_too_early'
    WHEN v.site_id IS NULL AND $1::text IS NULL THEN 'unknown_site'
    WHEN v.reopened_at < greatest(v.resolved_at, v.closed_at) OR (v.reopened_at IS NOT NULL AND v.resolved_at IS NULL AND v.closed_at IS NULL)
      THEN 'contradicts_reopening'
  END,
  v.ambiguous,
  array_remove(
    ARRAY[
      CASE WHEN v.site_id IS NULL THEN pg_temp.unknown_member('site', v.site) END,
      CASE WHEN v.customer_id IS NULL THEN pg_temp.unknown_member('customer', v.customer) END,
      CASE WHEN v.segment_id IS NULL THEN pg_temp.unknown_member('segment', v.segment) END,
      CASE WHEN v.channel_id IS NULL THEN pg_temp.unknown_member('channel', v.channel) END,
      CASE WHEN v.moment_id IS NULL THEN pg_temp.unknown_member('moment', v.moment) END,
      CASE WHEN v.reason_id IS NULL THEN pg_temp.unknown_member('reason', v.reason) END,
      CASE WHEN v.team_id IS NULL THEN pg_temp.unknown_member('team', v.team) END,
      CASE WHEN v.agent_id IS NULL THEN pg_temp.unknown_member('agent', v.agent) END
    ],
    NULL)
FROM (
  SELECT
    s.ctid AS staged, s.line, s."case", s.customer, s.site, s.segment, s.channel, s.moment, s.reason, s.team, s.agent, s.opened_at AS opened_text,
    pg_temp.instant(s.opened_at, $1::text) AS opened_at,
    pg_temp.instant(s.answered_at, $1::text) AS answered_at,
    pg_temp.instant(s.resolved_at, $1::text) AS resolved_at,
    pg_temp.instant(s.closed_at, $1::text) AS closed_at,
    coalesce(
      pg_temp.time_fault(s.opened_at, $1::text, 'opened_at'), pg_temp.time_fault(s.answered_at, $1::text, 'answered_at'),
      pg_temp.time_fault(s.resolved_at, $1::text, 'resolved_at'), pg_temp.time_fault(s.closed_at, $1::text, 'closed_at')) AS time_fault,
    pg_temp.is_repeated(s.opened_at, $1::text) OR pg_temp.is_repeated(s.answered_at, $1::text)
      OR pg_temp.is_repeated(s.resolved_at, $1::text) OR pg_temp.is_repeated(s.closed_at, $1::text) AS ambiguous,
    greatest(
      octet_length(s.source), octet_length(s."case"), octet_length(s.customer), octet_length(s.site), octet_length(s.segment),
      octet_length(s.channel), octet_length(s.moment), octet_length(s.reason), octet_length(s.team), octet_length(s.agent),
      octet_length($3::text)) AS longest,
    source.source_id, customer.customer_id, site.site_id, segment.segment_id, channel.channel_id, reason.reason_id, agent.agent_id,
    coalesce(moment.moment_id, CASE WHEN s.moment IS NULL THEN reason.moment_id END) AS moment_id,
    coalesce(team.team_id, CASE WHEN s.team IS NULL THEN agent.team_id END) AS team_id,
    r.reopened_at
  FROM stage_given_case AS s
  LEFT JOIN source ON source.code = coalesce(s.source, $3::text)
  LEFT JOIN customer ON customer.code = s.customer
  LEFT JOIN site ON site.code = s.site
  LEFT JOIN segment ON segment.code = s.segment
  LEFT JOIN channel ON channel.code = s.channel
  LEFT JOIN moment ON moment.code = s.moment
  LEFT JOIN reason ON reason.code = s.reason
  LEFT JOIN team ON team.code = s.team
  LEFT JOIN agent ON agent.code = s.agent
  LEFT JOIN case_reopening AS r ON r.source_id = source.source_id AND r.case_id = s."case" AND r.number = 1
  OFFSET 0
) AS v
