-- Insert the new cases.
INSERT INTO contact_case
SELECT
  c.customer_id, c.moment_id, c.opened_at, c.source_id, c.contact_id, c.day, c.quarter, c.last_at,
  c.site_id, c.segment_id, c.channel_id, c.reason_id, c.team_id, c.agent_id, c.contacts, c.attempts, c.flagged,
  c.channels
FROM changed_case AS c
WHERE c.change = 'new'
