-- Apply the stored legs to a corrected row. Legs from a file stay: they give the times that the row lacks, and the row
-- makes no leg. A leg that the previous row made retains its agent's team and site of that time, unless the row names
-- others.
WITH stored AS (
  SELECT
    r.source_id, r.contact_id,
    bool_or(l.leg_number > 0) AS several,
    sum(l.talk) FILTER (WHERE l.leg_number > 0) AS talk,
    sum(l.hold) FILTER (WHERE l.leg_number > 0) AS hold,
    sum(l.acw) FILTER (WHERE l.leg_number > 0) AS acw,
    (array_agg(
      CASE WHEN l.site_id = l.offered_site_id AND l.site_id IS DISTINCT FROM t.site_id THEN r.site_id ELSE l.site_id END
      ORDER BY l.leg_number
    ))[1] AS first_site_id,
    min(l.agent_id) FILTER (WHERE l.leg_number = 0) AS agent_id,
    min(l.team_id) FILTER (WHERE l.leg_number = 0) AS team_id,
    min(l.site_id) FILTER (WHERE l.leg_number = 0) AS site_id,
    bool_or(l.site_id = l.offered_site_id AND l.site_id IS DISTINCT FROM t.site_id) FILTER (WHERE l.leg_number = 0) AS at_home
  FROM ready_contact AS r
  JOIN leg AS l ON l.source_id = r.source_id AND l.contact_id = r.contact_id AND l.customer_id = r.old_customer_id AND l.day = r.old_day
  LEFT JOIN team AS t ON t.team_id = l.team_id
  WHERE r.status = 'replaced'
  GROUP BY r.source_id, r.contact_id
), merged AS (
  SELECT
    r.source_id, r.contact_id, s.several, s.first_site_id,
    coalesce(r.talk, s.talk) AS talk, coalesce(r.hold, s.hold) AS hold, coalesce(r.acw, s.acw) AS acw,
    r.has_agent AND NOT s.several AS has_agent,
    r.agent_id = s.agent_id AND NOT r.has_team AS as_before,
    s.agent_id, s.team_id, CASE WHEN s.at_home THEN r.site_id ELSE s.site_id END AS leg_site_id, s.site_id AS stored_site_id
  FROM ready_contact AS r
  JOIN stored AS s USING (source_id, contact_id)
)
UPDATE ready_contact AS r
SET
  several = m.several,
  has_agent = m.has_agent,
  team_id = CASE WHEN m.as_before THEN m.team_id ELSE r.team_id END,
  leg_site_id = CASE WHEN m.as_before THEN m.leg_site_id ELSE r.leg_site_id END,
  differs = CASE
    WHEN NOT m.has_agent THEN m.agent_id IS NOT NULL
    WHEN m.as_before THEN m.leg_site_id <> m.stored_site_id
    ELSE (r.agent_id, r.team_id, r.leg_site_id) IS DISTINCT FROM (m.agent_id, m.team_id, m.stored_site_id)
  END,
  overflowed = CASE
    WHEN m.several THEN m.first_site_id <> r.site_id
    WHEN NOT m.has_agent THEN false
    WHEN m.as_before THEN m.leg_site_id <> r.site_id
    ELSE r.leg_site_id <> r.site_id
  END,
  talk = CASE WHEN m.several THEN m.talk ELSE r.talk END,
  hold = CASE WHEN m.several THEN m.hold ELSE r.hold END,
  acw = CASE WHEN m.several THEN m.acw ELSE r.acw END,
  cost = CASE
    WHEN m.several AND r.cost_given IS NULL
    THEN (SELECT p.cost FROM pg_temp.price(r.site_id, r.partner_id, r.channel_id, r.day, r.served, m.talk + m.hold + m.acw, true) AS p)
    ELSE r.cost
  END
FROM merged AS m
WHERE r.source_id = m.source_id
  AND r.contact_id = m.contact_id
