-- Complete the rows as they will be stored, all as new rows until `placed` looks them up. $1 whether there are any
-- tariffs, $2 whether there are any calendars.
INSERT INTO ready_contact
SELECT
  s.line, 'new',
  s.source_id, s.contact_id, coalesce(c.customer_id, 0), s.day, s.quarter, s.offered_at, s.answered_at, s.ended_at,
  s.site_id, coalesce(s.segment_id, 0), s.channel_id, coalesce(s.moment_id, 0), coalesce(s.reason_id, 0), s.outbound, s.outcome_id,
  s.wait, s.talk, s.hold, s.acw, s.escalated, s.resolved,
  s.agent_id IS NOT NULL AND coalesce(nullif(t.site_id, 0), s.site_id) <> s.site_id,
  coalesce(s.cost_given, price.cost), s.cost_given, s.revenue, s.transferred_to, s.parent_id, s.case_id,
  s.agent_id IS NOT NULL, s.team_id IS NOT NULL, false, s.agent_id IS NULL,
  coalesce(s.agent_id, 0), coalesce(s.team_id, s.agent_team_id, 0), coalesce(nullif(t.site_id, 0), s.site_id), s.partner_id, s.served,
  NULL, NULL,
  s.replies, s.reply_wait, hours.is_open, CASE WHEN s.wait IS NOT NULL THEN hours.seconds END
FROM seen_contact AS s
LEFT JOIN customer AS c ON c.code = s.customer
LEFT JOIN team AS t ON t.team_id = coalesce(s.team_id, s.agent_team_id)
LEFT JOIN LATERAL pg_temp.price(s.site_id, s.partner_id, s.channel_id, s.day, s.served, s.talk + s.hold + s.acw, $1::boolean AND s.cost_given IS NULL)
  AS price ON true
LEFT JOIN LATERAL open_time(s.site_id, CASE WHEN $2::boolean THEN s.offered_at END, s.offered_at + make_interval(secs => coalesce(round(s.wait, 3), 0)::float8))
  AS hours ON true
