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

-- name: contacts
-- Note the contacts whose visits were stored, with the queues of all their visits, and the wait in the queue that decided
-- (index visit_pkey). With OFFSET 0, PostgreSQL looks up the visits of one contact after the other. Without it, a batch
-- would compute the queues of all contacts that are stored, or even do so once for each of its contacts. The updates
-- that follow join this table to one other, so that no wrong estimate can make them slow.
INSERT INTO changed_contact (source_id, contact_id, customer_id, day, queue_id, first_queue_id, queue_wait)
SELECT t.contact_source_id, t.contact_id, t.customer_id, t.contact_day, v.queue_id, v.first_queue_id, v.queue_wait
FROM (SELECT DISTINCT contact_source_id, contact_id, customer_id, contact_day FROM ready_visit) AS t
CROSS JOIN LATERAL (
  SELECT g.* FROM visited_contact AS g WHERE g.contact_source_id = t.contact_source_id AND g.contact_id = t.contact_id OFFSET 0
) AS v

-- name: days
-- Return the first and the last day of the contacts: the updates need to look at the partitions of these months only.
SELECT min(day) AS first, max(day) AS last
FROM changed_contact

-- name: update_contacts
-- Give the contacts of the days $1 to $2 the queues of their visits.
UPDATE contact AS c
SET visited = true, queue_id = t.queue_id, first_queue_id = t.first_queue_id, queue_wait = t.queue_wait
FROM changed_contact AS t
WHERE c.source_id = t.source_id
  AND c.contact_id = t.contact_id
  AND c.customer_id = t.customer_id
  AND c.day = t.day
  AND c.day BETWEEN $1::date AND $2::date
  AND (c.visited, c.queue_id, c.first_queue_id, c.queue_wait)
    IS DISTINCT FROM (true, t.queue_id, t.first_queue_id, t.queue_wait)

-- name: update_legs
-- Give the legs of the contacts of the days $1 to $2 the queue of the contact.
UPDATE leg AS l
SET queue_id = t.queue_id
FROM changed_contact AS t
WHERE l.source_id = t.source_id
  AND l.contact_id = t.contact_id
  AND l.customer_id = t.customer_id
  AND l.day = t.day
  AND l.day BETWEEN $1::date AND $2::date
  AND l.queue_id <> t.queue_id

-- name: differing
-- Find the contacts whose queues differ from those of their visits, and the legs and surveys whose queue differs from
-- that of their contact.
SELECT 'contact' AS name, c.site_id, c.day
FROM contact AS c
LEFT JOIN visited_contact AS v ON v.contact_source_id = c.source_id AND v.contact_id = c.contact_id
WHERE (c.visited, CASE WHEN c.visited THEN c.queue_id END, CASE WHEN c.visited THEN c.first_queue_id END, c.queue_wait)
  IS DISTINCT FROM (v.contact_id IS NOT NULL, v.queue_id, v.first_queue_id, v.queue_wait)
UNION
SELECT 'leg', l.site_id, l.day
FROM leg AS l
JOIN contact AS c ON c.source_id = l.source_id AND c.contact_id = l.contact_id AND c.customer_id = l.customer_id AND c.day = l.day
WHERE l.queue_id <> c.queue_id
UNION
SELECT 'survey', s.site_id, s.day
FROM survey AS s
JOIN contact_place AS p ON p.source_id = s.contact_source_id AND p.contact_id = s.contact_id
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
WHERE s.queue_id <> c.queue_id
ORDER BY 1, 2, 3
