-- Store the leg (number 0) that a contact's row makes by naming an agent.
INSERT INTO leg (
  source_id, contact_id, leg_number, customer_id, day, quarter, offered_at, started_at, site_id, offered_site_id, team_id, agent_id,
  segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, talk, hold, acw, first_of_contact, first_of_team, first_of_agent,
  transferred, escalated, callback
)
SELECT
  source_id, contact_id, 0, customer_id, day, quarter, offered_at, answered_at, leg_site_id, site_id, team_id, agent_id,
  segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, talk, hold, acw, true, true, true,
  transferred_to IS NOT NULL, escalated, parent_id IS NOT NULL
FROM ready_contact
WHERE has_agent
