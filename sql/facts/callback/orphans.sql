-- Copy the promises that follow the deleted contacts (index callback_contact).
INSERT INTO ready_callback (
  line, ambiguous, source_id, callback_id, customer_id, day, quarter, promised_at, due_at, made_at, reached, contact_source_id, contact_id,
  site_id, segment_id, channel_id, moment_id, reason_id, outcome_id
)
SELECT
  0, false, b.source_id, b.callback_id, b.customer_id, b.day, b.quarter, b.promised_at, b.due_at, b.made_at, b.reached, b.contact_source_id,
  b.contact_id, b.site_id, b.segment_id, b.channel_id, b.moment_id, b.reason_id, b.outcome_id
FROM ready_contact AS r
JOIN callback AS b ON b.contact_source_id = r.source_id AND b.contact_id = r.contact_id
