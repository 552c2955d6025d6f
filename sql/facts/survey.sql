-- Surveys: what differs from other staged facts.

-- name: complete
-- Give the surveys that follow a contact the present data of this contact, and the team and agent of its first leg.
UPDATE ready_survey AS r
SET
  counted_at = CASE WHEN r.hot THEN c.offered_at ELSE coalesce(r.answered_at, r.sent_at) END,
  customer_id = c.customer_id, site_id = c.site_id, segment_id = c.segment_id, channel_id = c.channel_id, moment_id = c.moment_id,
  reason_id = c.reason_id, outbound = c.outbound, outcome_id = c.outcome_id, wait = c.wait, queue_id = c.queue_id,
  transferred_to_id = c.transferred_to_id,
  attribute_1 = c.attribute_1, attribute_2 = c.attribute_2, attribute_3 = c.attribute_3, attribute_4 = c.attribute_4,
  attribute_5 = c.attribute_5, attribute_6 = c.attribute_6, attribute_7 = c.attribute_7, attribute_8 = c.attribute_8,
  team_id = coalesce(l.team_id, 0), agent_id = coalesce(l.agent_id, 0)
FROM contact_place AS p
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
LEFT JOIN leg AS l
  ON l.source_id = c.source_id AND l.contact_id = c.contact_id AND l.customer_id = c.customer_id AND l.day = c.day AND l.first_of_contact
WHERE p.source_id = r.contact_source_id
  AND p.contact_id = r.contact_id

-- name: mark_recut
-- Mark the days of the surveys of the instruments $1 (codes), whose cuts were corrected.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT s.site_id, s.day, 'survey'
FROM survey AS s
JOIN instrument AS i ON i.instrument_id = s.instrument_id
WHERE i.code = ANY ($1::text[])

-- name: mark_rezoned
-- Mark the days of the answered relationship surveys of the sites $1 (codes) with a new zone: the day of their sending may
-- change where that of their answer does not.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT s.site_id, s.day, 'survey'
FROM survey AS s
JOIN site AS i ON i.site_id = s.site_id
WHERE i.code = ANY ($1::text[])
  AND NOT s.hot
  AND s.answered_at IS NOT NULL
