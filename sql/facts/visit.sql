-- Queue visits: what differs from other staged facts.

-- name: complete
-- Give visits whose contact was corrected the contact's present dimensions. The rows of a file have them already.
UPDATE ready_visit AS r
SET
  customer_id = c.customer_id, site_id = c.site_id, segment_id = c.segment_id, channel_id = c.channel_id, moment_id = c.moment_id,
  reason_id = c.reason_id, outbound = c.outbound, outcome_id = c.outcome_id
FROM contact_place AS p
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
WHERE r.staged IS NULL
  AND p.source_id = r.contact_source_id
  AND p.contact_id = r.contact_id

-- name: contacts
-- Note the contacts whose visits change.
INSERT INTO changed_contact (source_id, contact_id, customer_id, day)
SELECT DISTINCT contact_source_id, contact_id, customer_id, contact_day
FROM ready_visit

-- name: mark_days
-- Mark the days whose figures change: those of the contacts, which change their queues, and those that the visits enter
-- and leave.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT site_id, contact_day, 'contact' FROM ready_visit
UNION
SELECT site_id, day, 'visit' FROM ready_visit
UNION
SELECT s.site_id, s.day, 'visit'
FROM ready_visit AS r
JOIN visit AS s USING (contact_source_id, contact_id, visit_number)
WHERE r.status = 'replaced'

-- name: update_contacts
-- Give the contacts the queues of their visits, and the wait in the queue that decided.
UPDATE contact AS c
SET visited = true, queue_id = v.queue_id, first_queue_id = v.first_queue_id, queue_wait = v.queue_wait
FROM changed_contact AS t
CROSS JOIN LATERAL (
  SELECT g.* FROM visited_contact AS g WHERE g.contact_source_id = t.source_id AND g.contact_id = t.contact_id
) AS v
WHERE c.source_id = t.source_id
  AND c.contact_id = t.contact_id
  AND c.customer_id = t.customer_id
  AND c.day = t.day

-- name: update_legs
-- Give the legs of the contacts the queue of the contact.
UPDATE leg AS l
SET queue_id = c.queue_id
FROM changed_contact AS t
JOIN contact AS c ON c.source_id = t.source_id AND c.contact_id = t.contact_id AND c.customer_id = t.customer_id AND c.day = t.day
WHERE l.source_id = t.source_id
  AND l.contact_id = t.contact_id
  AND l.customer_id = t.customer_id
  AND l.day = t.day
  AND l.queue_id <> c.queue_id
