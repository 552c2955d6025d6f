-- Collect all legs that these contacts have from now on: the legs of the batch, and the stored legs from files that the
-- batch does not replace. Add the contact's dimensions, and the flags that let each contact count once, once a team,
-- and once an agent. For teams and agents, the flag is on a leg whose times are known, if there is one, so that a
-- contact whose times are summed is counted too.
WITH legs AS (
  SELECT source_id, contact_id, leg_number, started_at, site_id, team_id, agent_id, talk, hold, acw
  FROM ready_leg
  UNION ALL
  SELECT l.source_id, l.contact_id, l.leg_number, l.started_at, l.site_id, l.team_id, l.agent_id, l.talk, l.hold, l.acw
  FROM legged_contact AS t
  JOIN leg AS l ON l.source_id = t.source_id AND l.contact_id = t.contact_id AND l.customer_id = t.customer_id AND l.day = t.day
  WHERE l.leg_number > 0
    AND NOT EXISTS (
      SELECT FROM ready_leg AS r
      WHERE r.source_id = l.source_id AND r.contact_id = l.contact_id AND r.leg_number = l.leg_number
    )
)
INSERT INTO whole_leg (
  source_id, contact_id, leg_number, customer_id, day, quarter, offered_at, started_at, site_id, offered_site_id, team_id, agent_id,
  segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, talk, hold, acw, first_of_contact, first_of_team, first_of_agent,
  transferred, escalated, callback
)
SELECT
  c.source_id, c.contact_id, l.leg_number, c.customer_id, c.day, c.quarter, c.offered_at, l.started_at, l.site_id, c.site_id, l.team_id,
  l.agent_id, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outbound, c.outcome_id, l.talk, l.hold, l.acw,
  row_number() OVER (PARTITION BY l.source_id, l.contact_id ORDER BY l.leg_number) = 1,
  row_number() OVER (PARTITION BY l.source_id, l.contact_id, l.team_id ORDER BY l.talk IS NULL, l.leg_number) = 1,
  row_number() OVER (PARTITION BY l.source_id, l.contact_id, l.agent_id ORDER BY l.talk IS NULL, l.leg_number) = 1,
  c.transferred_to IS NOT NULL, c.escalated, c.parent_id IS NOT NULL
FROM legs AS l
JOIN legged_contact AS t USING (source_id, contact_id)
JOIN contact AS c ON c.source_id = t.source_id AND c.contact_id = t.contact_id AND c.customer_id = t.customer_id AND c.day = t.day
