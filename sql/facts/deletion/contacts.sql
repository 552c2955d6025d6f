-- Copy the named contacts as they are stored, in the form of rows to be replaced, so that the marks of a correction
-- apply to their deletion.
INSERT INTO ready_contact (
  status, source_id, contact_id, customer_id, day, quarter, offered_at, site_id, channel_id, moment_id, outbound, outcome_id, parent_id,
  has_agent, leg_site_id, old_customer_id, old_day
)
SELECT
  'replaced', c.source_id, c.contact_id, c.customer_id, c.day, c.quarter, c.offered_at, c.site_id, c.channel_id, c.moment_id, c.outbound,
  c.outcome_id, c.parent_id, false, c.site_id, c.customer_id, c.day
FROM named_row AS n
JOIN source AS o ON o.code = n.source
JOIN contact_place AS p ON p.source_id = o.source_id AND p.contact_id = n.id
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
