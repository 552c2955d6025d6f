-- Promised callbacks: what differs from other staged facts.

-- name: hold
-- Lock promised callbacks against changes until the end of the transaction, while contacts that they may follow are
-- changed, by any number of loads at once (staged.sql:lock is the counterpart).
SELECT pg_advisory_xact_lock_shared(hashtext('cadran callback'))

-- name: followers
-- Copy the promises that follow the corrected contacts, with the present data of their contact.
INSERT INTO ready_callback (
  line, ambiguous, source_id, callback_id, customer_id, day, quarter, promised_at, due_at, made_at, reached, contact_source_id, contact_id,
  site_id, segment_id, channel_id, moment_id, reason_id, outcome_id
)
SELECT
  0, false, b.source_id, b.callback_id, c.customer_id, l.wall::date,
  date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15),
  b.promised_at, b.due_at, b.made_at, b.reached, b.contact_source_id, b.contact_id,
  c.site_id, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outcome_id
FROM ready_contact AS r
JOIN callback AS b ON b.contact_source_id = r.source_id AND b.contact_id = r.contact_id
JOIN contact_place AS p ON p.source_id = r.source_id AND p.contact_id = r.contact_id
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
JOIN site AS i ON i.site_id = c.site_id
CROSS JOIN LATERAL (SELECT b.promised_at AT TIME ZONE i.zone AS wall OFFSET 0) AS l
WHERE r.status = 'replaced'

-- name: orphans
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

-- name: rezone_mark_customers
-- Mark the customers of the promises made at sites ($1) that get another zone.
INSERT INTO dirty_customer (customer_id)
SELECT DISTINCT b.customer_id
FROM callback AS b
JOIN site AS s ON s.site_id = b.site_id
WHERE s.code = ANY ($1::text[])
  AND b.customer_id <> 0
