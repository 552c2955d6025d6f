-- Insert the new steps.
INSERT INTO case_step (
  source_id, case_id, run, step, happened_at, day, quarter, customer_id, site_id, segment_id, channel_id, moment_id, reason_id, team_id,
  agent_id, opened_at, ended_at, flow, settled, first, reopened, seconds, contacts, attempts, seconds_open
)
SELECT
  c.source_id, c.case_id, c.run, c.step, c.happened_at, c.day, c.quarter, c.customer_id, c.site_id, c.segment_id, c.channel_id, c.moment_id,
  c.reason_id, c.team_id, c.agent_id, c.opened_at, c.ended_at, c.flow, c.settled, c.first, c.reopened, c.seconds, c.contacts, c.attempts,
  c.seconds_open
FROM changed_step AS c
WHERE c.change = 'new'
