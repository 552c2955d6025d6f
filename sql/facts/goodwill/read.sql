-- Read each staged gesture, with the reason to refuse it. $1 zone of times without an offset (or null), $2 now, $3 the
-- source of rows that name none. A row without a site gets the present site of the contact that it follows. A row
-- without a segment gets the segment of that contact, or else the customer's segment on that day. A row that names an
-- agent without a team gets the agent's present team.
INSERT INTO ready_goodwill (
  source_id, goodwill_id, customer_id, day, quarter, given_at, kind, site_id, segment_id, cost, revenue, contact_source_id, contact_id,
  gesture_id, giver_team_id, giver_agent_id, staged, line, refused, ambiguous, unknown
)
SELECT
  v.source_id, v.goodwill, v.customer_id, l.wall::date,
  (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint,
  v.given_at, v.kind, v.site_id,
  coalesce(v.segment_id, nullif(v.contact_segment_id, 0), h.segment_id, v.customer_segment_id, 0),
  CASE WHEN v.cost < 1e10 THEN v.cost END, CASE WHEN abs(v.revenue) < 1e10 THEN v.revenue END,
  CASE WHEN v.contact IS NOT NULL THEN v.contact_source_id END, v.contact,
  coalesce(v.gesture_id, 0), coalesce(v.team_id, 0), coalesce(v.agent_id, 0),
  v.staged, v.line,
  CASE
    WHEN v.goodwill IS NULL THEN 'missing:goodwill'
    WHEN v.customer IS NULL THEN 'missing:customer'
    WHEN v.given_text IS NULL THEN 'missing:given_at'
    WHEN v.cost IS NULL THEN 'missing:cost'
    WHEN v.longest > 200 THEN 'code_too_long'
    WHEN v.kind NOT IN ('goodwill', 'prevention') THEN 'unknown_goodwill_kind'
    WHEN v.contact IS NOT NULL AND v.contact_site_id IS NULL THEN 'unknown_goodwill_contact'
    WHEN v.contact IS NULL AND v.site IS NULL THEN 'goodwill_nowhere'
    WHEN v.site IS NOT NULL AND v.row_site_id IS NULL AND $1::text IS NULL THEN 'unknown_site'
    WHEN v.time_fault IS NOT NULL THEN v.time_fault
    WHEN v.given_at > $2::timestamptz + interval '5 minutes' THEN 'given_in_future'
    WHEN v.given_at < timestamptz '1970-01-02 00:00+00' THEN 'given_too_early'
    WHEN v.cost < 0 OR v.cost >= 1e10 OR abs(v.revenue) >= 1e10 THEN 'amount_out_of_range'
  END,
  pg_temp.is_repeated(v.given_text, $1::text),
  array_remove(ARRAY[
    CASE WHEN v.customer_id IS NULL THEN pg_temp.unknown_member('customer', v.customer) END,
    CASE WHEN v.segment_id IS NULL THEN pg_temp.unknown_member('segment', v.segment) END,
    CASE WHEN v.row_site_id IS NULL THEN pg_temp.unknown_member('site', v.site) END,
    CASE WHEN v.gesture_id IS NULL THEN pg_temp.unknown_member('gesture', v.gesture) END,
    CASE WHEN v.team_id IS NULL THEN pg_temp.unknown_member('team', v.team) END,
    CASE WHEN v.agent_id IS NULL THEN pg_temp.unknown_member('agent', v.agent, v.team) END
  ], NULL)
FROM (
  SELECT
    s.ctid AS staged, s.line, s.goodwill, s.customer, s.site, s.segment, s.contact, s.gesture, s.team, s.agent, s.given_at AS given_text,
    source.source_id, told.source_id AS contact_source_id, coalesce(s.kind, 'goodwill') AS kind,
    customer.customer_id, customer.segment_id AS customer_segment_id, segment.segment_id,
    gesture.gesture_id, agent.agent_id, coalesce(team.team_id, CASE WHEN s.team IS NULL THEN agent.team_id END) AS team_id,
    site.site_id AS row_site_id, c.site_id AS contact_site_id, c.segment_id AS contact_segment_id,
    coalesce(site.site_id, CASE WHEN s.site IS NULL THEN c.site_id END) AS site_id,
    pg_temp.instant(s.given_at, $1::text) AS given_at, pg_temp.time_fault(s.given_at, $1::text, 'given_at') AS time_fault,
    round(s.cost::numeric, 4) AS cost, round(s.revenue::numeric, 4) AS revenue,
    greatest(
      octet_length(s.source), octet_length(s.goodwill), octet_length(s.customer), octet_length(s.site), octet_length(s.segment),
      octet_length(s.gesture), octet_length(s.team), octet_length(s.agent), octet_length($3::text)) AS longest
  FROM stage_goodwill AS s
  LEFT JOIN source ON source.code = coalesce(s.source, $3::text)
  LEFT JOIN source AS told ON told.code = coalesce(s.contact_source, s.source, $3::text)
  LEFT JOIN contact_place AS p ON p.source_id = told.source_id AND p.contact_id = s.contact
  LEFT JOIN contact AS c
    ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
  LEFT JOIN site ON site.code = s.site
  LEFT JOIN segment ON segment.code = s.segment
  LEFT JOIN customer ON customer.code = s.customer
  LEFT JOIN gesture ON gesture.code = s.gesture
  LEFT JOIN team ON team.code = s.team
  LEFT JOIN agent ON agent.code = s.agent
  OFFSET 0
) AS v
LEFT JOIN site AS i ON i.site_id = v.site_id
CROSS JOIN LATERAL (SELECT v.given_at AT TIME ZONE i.zone AS wall OFFSET 0) AS l
LEFT JOIN customer_segment_span AS h ON h.customer_id = v.customer_id AND h.starts <= l.wall::date AND l.wall::date < h.ends
