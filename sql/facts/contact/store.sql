-- Store the contacts.
INSERT INTO contact (
  source_id, contact_id, customer_id, day, quarter, offered_at, answered_at, ended_at, site_id, segment_id, channel_id, moment_id,
  reason_id, outbound, outcome_id, wait, talk, hold, acw, escalated, resolved, overflowed, cost, cost_given, revenue, transferred_to,
  parent_id, case_id, replies, reply_wait, in_hours, wait_open
)
SELECT
  source_id, contact_id, customer_id, day, quarter, offered_at, answered_at, ended_at, site_id, segment_id, channel_id, moment_id,
  reason_id, outbound, outcome_id, wait, talk, hold, acw, escalated, resolved, overflowed, cost, cost_given, revenue, transferred_to,
  parent_id, case_id, replies, reply_wait, in_hours, wait_open
FROM ready_contact
