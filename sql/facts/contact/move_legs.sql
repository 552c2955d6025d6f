-- Move the legs from a file with their corrected contact. A leg at the contact's site gets the contact's new site,
-- unless the old one is also the site of its team.
WITH gone AS (
  DELETE FROM leg AS l
  USING ready_contact AS r
  WHERE r.several
    AND l.source_id = r.source_id
    AND l.contact_id = r.contact_id
    AND l.customer_id = r.old_customer_id
    AND l.day = r.old_day
    AND l.leg_number > 0
  RETURNING l.*
)
INSERT INTO leg
SELECT
  r.source_id, r.contact_id, g.leg_number, r.customer_id, r.day, r.quarter, r.offered_at, g.started_at,
  CASE WHEN g.site_id = g.offered_site_id AND g.site_id IS DISTINCT FROM t.site_id THEN r.site_id ELSE g.site_id END,
  r.site_id, g.team_id, g.agent_id,
  r.segment_id, r.channel_id, r.moment_id, r.reason_id, r.outbound, r.outcome_id, g.talk, g.hold, g.acw,
  g.first_of_contact, g.first_of_team, g.first_of_agent, r.transferred_to IS NOT NULL, r.escalated, r.parent_id IS NOT NULL
FROM gone AS g
JOIN ready_contact AS r USING (source_id, contact_id)
LEFT JOIN team AS t ON t.team_id = g.team_id
