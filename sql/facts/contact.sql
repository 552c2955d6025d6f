-- Contacts: what differs from other staged facts. The larger steps are in contact/.

-- name: stage
-- Make the empty table of the contacts that a batch changes. A load of legs adds the sums of the legs that came from
-- files before, and a load of visits the queues of all visits.
CREATE TEMP TABLE IF NOT EXISTS changed_contact (
  source_id smallint, contact_id text, customer_id bigint, day date, talk numeric, hold numeric, acw numeric,
  queue_id smallint, first_queue_id smallint, queue_wait numeric
);
TRUNCATE changed_contact

-- name: new_customers
-- Add the customers seen for the first time, each with the segment in its row.
INSERT INTO customer (code, segment_id)
SELECT r.customer, max(r.segment_id)
FROM ready_contact AS r
WHERE r.customer_id IS NULL
GROUP BY r.customer
ORDER BY r.customer
ON CONFLICT (code) DO NOTHING

-- name: customers
-- Look up the customers that are stored only now.
UPDATE ready_contact AS r
SET customer_id = c.customer_id
FROM customer AS c
WHERE r.customer_id IS NULL
  AND c.code = r.customer

-- name: counts
-- Count the rows with a customer, and the rows that replace others.
SELECT
  count(*) FILTER (WHERE customer_id <> 0 OR old_customer_id <> 0) AS identified,
  count(*) FILTER (WHERE status = 'replaced') AS replaced
FROM ready_contact

-- name: reach
-- Return the last offer, and the last known instant (without ends in the future).
SELECT
  max(offered_at) AS horizon,
  max(greatest(
    offered_at,
    CASE WHEN answered_at <= clock_timestamp() THEN answered_at END,
    CASE WHEN ended_at <= clock_timestamp() THEN ended_at END
  )) AS seen
FROM ready_contact

-- name: changed
-- Note the corrected or deleted contacts, for the rows that follow them.
INSERT INTO changed_contact (source_id, contact_id)
SELECT source_id, contact_id FROM ready_contact WHERE status = 'replaced'

-- name: lock_customers
-- Allow one load at a time to mark what follows customers' contacts and to store them, until the end of the
-- transaction. Two concurrent loads would not see each other's rows, so neither would mark that the later contact is
-- now a repeat of the earlier.
SELECT pg_advisory_xact_lock(hashtext('cadran customers'))

-- name: mark_followers
-- Mark the days of the same customers' contacts in the seven days after, which may become or stop being repeats, and in
-- the day before, which these contacts may have reached. Nested loop on contact_customer, for batches of some thousands
-- (see mark_week for larger ones). Run before anything is stored.
WITH touched AS (
  SELECT customer_id, offered_at, day FROM ready_contact WHERE customer_id <> 0
  UNION
  SELECT c.customer_id, c.offered_at, c.day
  FROM ready_contact AS r
  JOIN contact AS c ON c.source_id = r.source_id AND c.contact_id = r.contact_id AND c.customer_id = r.old_customer_id AND c.day = r.old_day
  WHERE r.status = 'replaced' AND c.customer_id <> 0
)
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT c.site_id, c.day, 'standing'
FROM touched AS t
JOIN contact AS c
  ON c.customer_id = t.customer_id
  AND c.offered_at >= t.offered_at - interval '1 day'
  AND c.offered_at <= t.offered_at + interval '7 days'
  AND c.day BETWEEN t.day - 3 AND t.day + 9

-- name: mark_week
-- Mark what mark_followers marks, for a large batch: every known day of every site in the seven days after and the
-- day before. This marks too many days at most, and costs nothing. A day with contacts either is marked already or was
-- refreshed once.
WITH touched AS (
  SELECT DISTINCT day FROM ready_contact WHERE customer_id <> 0
  UNION
  SELECT DISTINCT old_day FROM ready_contact WHERE old_customer_id <> 0
), known AS (
  SELECT site_id, day FROM day_version
  UNION
  SELECT site_id, day FROM dirty_day
)
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT k.site_id, k.day, 'standing'
FROM touched AS t
JOIN known AS k ON k.day BETWEEN t.day - 3 AND t.day + 9

-- name: mark_customers
-- Mark the customers whose cases may change: those of the rows, and those that the rows belonged to before.
INSERT INTO dirty_customer (customer_id)
SELECT customer_id FROM ready_contact WHERE customer_id <> 0
UNION
SELECT old_customer_id FROM ready_contact WHERE old_customer_id <> 0

-- name: mark_cases
-- Mark the cases whose number these contacts or their parents carry, or carried before. The parents are included
-- because a callback decides whether its parent got through.
WITH before AS (
  SELECT c.source_id, c.case_id, c.parent_id
  FROM ready_contact AS r
  JOIN contact AS c ON c.source_id = r.source_id AND c.contact_id = r.contact_id AND c.customer_id = r.old_customer_id AND c.day = r.old_day
  WHERE r.status = 'replaced'
), touched AS (
  SELECT source_id, case_id, parent_id FROM ready_contact
  UNION
  SELECT source_id, case_id, parent_id FROM before
)
INSERT INTO dirty_case (source_id, case_id)
SELECT t.source_id, t.case_id FROM touched AS t WHERE t.case_id IS NOT NULL
UNION
SELECT c.source_id, c.case_id
FROM touched AS t
JOIN contact_place AS p ON p.source_id = t.source_id AND p.contact_id = t.parent_id
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
WHERE c.case_id IS NOT NULL

-- name: move_legs
-- Move the legs from a file with their corrected contact. A leg at the contact's site gets the contact's new site,
-- unless the old one is also the site of its team.
WITH gone AS (
  DELETE FROM leg AS l
  USING ready_contact AS r
  WHERE r.several
    AND l.source_id = r.source_id
    AND l.contact_id = r.contact_id
    AND l.customer_id = r.old_customer_id
    AND l.day = r.old_day
    AND l.leg_number > 0
  RETURNING l.*
)
INSERT INTO leg
SELECT
  r.source_id, r.contact_id, g.leg_number, r.customer_id, r.day, r.quarter, r.offered_at, g.started_at,
  CASE WHEN g.site_id = g.offered_site_id AND g.site_id IS DISTINCT FROM t.site_id THEN r.site_id ELSE g.site_id END,
  r.site_id, g.team_id, g.agent_id,
  r.segment_id, r.channel_id, r.moment_id, r.reason_id, r.outbound, r.outcome_id, g.talk, g.hold, g.acw,
  g.first_of_contact, g.first_of_team, g.first_of_agent, r.transferred_to IS NOT NULL, r.escalated, r.parent_id IS NOT NULL,
  g.shared, g.first_timed, r.queue_id,
  r.transferred_to_id, r.attribute_1, r.attribute_2, r.attribute_3, r.attribute_4, r.attribute_5, r.attribute_6, r.attribute_7, r.attribute_8
FROM gone AS g
JOIN ready_contact AS r USING (source_id, contact_id)
LEFT JOIN team AS t ON t.team_id = g.team_id

-- name: remove_leg
-- Delete the leg (number 0) that the contact's previous row made.
DELETE FROM leg AS l
USING ready_contact AS r
WHERE r.status = 'replaced'
  AND l.source_id = r.source_id
  AND l.contact_id = r.contact_id
  AND l.customer_id = r.old_customer_id
  AND l.day = r.old_day
  AND l.leg_number = 0

-- name: store_legs
-- Store the leg (number 0) that a contact's row makes by naming an agent.
INSERT INTO leg (
  source_id, contact_id, leg_number, customer_id, day, quarter, offered_at, started_at, site_id, offered_site_id, team_id, agent_id,
  segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, talk, hold, acw, first_of_contact, first_of_team, first_of_agent,
  transferred, escalated, callback, first_timed, queue_id,
  transferred_to_id, attribute_1, attribute_2, attribute_3, attribute_4, attribute_5, attribute_6, attribute_7, attribute_8
)
SELECT
  source_id, contact_id, 0, customer_id, day, quarter, offered_at, answered_at, leg_site_id, site_id, team_id, agent_id,
  segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, talk, hold, acw, true, true, true,
  transferred_to IS NOT NULL, escalated, parent_id IS NOT NULL, talk IS NOT NULL, queue_id,
  transferred_to_id, attribute_1, attribute_2, attribute_3, attribute_4, attribute_5, attribute_6, attribute_7, attribute_8
FROM ready_contact
WHERE has_agent

-- name: stored_visits
-- Apply the stored visits to corrected rows: they give the queues of a contact, whatever its row names. OFFSET 0 as in
-- visit.sql:contacts.
UPDATE ready_contact AS r
SET visited = true, queue_id = v.queue_id, first_queue_id = v.first_queue_id, queue_wait = v.queue_wait
FROM (
  SELECT g.*
  FROM ready_contact AS n
  CROSS JOIN LATERAL (
    SELECT o.* FROM visited_contact AS o WHERE o.contact_source_id = n.source_id AND o.contact_id = n.contact_id OFFSET 0
  ) AS g
  WHERE n.status = 'replaced'
) AS v
WHERE v.contact_source_id = r.source_id
  AND v.contact_id = r.contact_id
