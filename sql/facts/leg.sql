-- Legs: what differs from other staged facts. The larger steps are in leg/.

-- name: complete
-- Add the stored legs of the same contacts that came from files, which the batch may change, and set the flags that let
-- each contact count once, once a team, and once an agent. For teams and agents, the flag is on a leg whose times are
-- known, if there is one, so that a contact whose times are summed is counted too. Another flag is on the contact's first
-- leg whose times are known. The legs of a contact are shared if they differ in agent, team or site.
INSERT INTO ready_leg (
  source_id, contact_id, leg_number, customer_id, day, quarter, offered_at, started_at, site_id, offered_site_id, team_id, agent_id,
  segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, talk, hold, acw, transferred, escalated, callback, queue_id, status,
  transferred_to_id, attribute_1, attribute_2, attribute_3, attribute_4, attribute_5, attribute_6, attribute_7, attribute_8
)
SELECT
  l.source_id, l.contact_id, l.leg_number, l.customer_id, l.day, l.quarter, l.offered_at, l.started_at, l.site_id, l.offered_site_id,
  l.team_id, l.agent_id, l.segment_id, l.channel_id, l.moment_id, l.reason_id, l.outbound, l.outcome_id, l.talk, l.hold, l.acw,
  l.transferred, l.escalated, l.callback, l.queue_id, 'replaced',
  l.transferred_to_id, l.attribute_1, l.attribute_2, l.attribute_3, l.attribute_4, l.attribute_5, l.attribute_6, l.attribute_7, l.attribute_8
FROM (SELECT DISTINCT source_id, contact_id, customer_id, day FROM ready_leg) AS t
CROSS JOIN LATERAL (
  SELECT g.*
  FROM leg AS g
  WHERE g.source_id = t.source_id
    AND g.contact_id = t.contact_id
    AND g.customer_id = t.customer_id
    AND g.day = t.day
    AND g.leg_number > 0
  OFFSET 0
) AS l
WHERE NOT EXISTS (
  SELECT FROM ready_leg AS r
  WHERE r.source_id = l.source_id AND r.contact_id = l.contact_id AND r.leg_number = l.leg_number
);
UPDATE ready_leg AS r
SET
  first_of_contact = f.of_contact, first_of_team = f.of_team, first_of_agent = f.of_agent, first_timed = f.first_timed, shared = f.shared
FROM (
  SELECT
    source_id, contact_id, leg_number,
    row_number() OVER (PARTITION BY source_id, contact_id ORDER BY leg_number) = 1 AS of_contact,
    row_number() OVER (PARTITION BY source_id, contact_id, team_id ORDER BY talk IS NULL, leg_number) = 1 AS of_team,
    row_number() OVER (PARTITION BY source_id, contact_id, agent_id ORDER BY talk IS NULL, leg_number) = 1 AS of_agent,
    talk IS NOT NULL AND row_number() OVER (PARTITION BY source_id, contact_id ORDER BY talk IS NULL, leg_number) = 1 AS first_timed,
    (min(agent_id) OVER c, min(team_id) OVER c, min(site_id) OVER c) <> (max(agent_id) OVER c, max(team_id) OVER c, max(site_id) OVER c)
      AS shared
  FROM ready_leg
  WINDOW c AS (PARTITION BY source_id, contact_id)
) AS f
WHERE f.source_id = r.source_id
  AND f.contact_id = r.contact_id
  AND f.leg_number = r.leg_number

-- name: contacts
-- Note the contacts whose legs change, with the sums of the legs that came from files before.
INSERT INTO changed_contact (source_id, contact_id, customer_id, day, talk, hold, acw)
SELECT r.source_id, r.contact_id, r.customer_id, r.day, sum(l.talk), sum(l.hold), sum(l.acw)
FROM (SELECT DISTINCT source_id, contact_id, customer_id, day FROM ready_leg) AS r
LEFT JOIN leg AS l
  ON l.source_id = r.source_id AND l.contact_id = r.contact_id AND l.customer_id = r.customer_id AND l.day = r.day AND l.leg_number > 0
GROUP BY r.source_id, r.contact_id, r.customer_id, r.day

-- name: mark_days
-- Mark the days whose figures change: those of the contacts, of their previous and new legs, and of the gestures that
-- followed the contacts, because gestures have the first leg's agent (index goodwill_contact). Mark also the customers
-- and the cases that may have the team and agent of a changed contact.
WITH customers AS (
  INSERT INTO dirty_customer (customer_id)
  SELECT DISTINCT customer_id FROM changed_contact WHERE customer_id <> 0
), cases AS (
  INSERT INTO dirty_case (source_id, case_id)
  SELECT DISTINCT c.source_id, c.case_id
  FROM changed_contact AS t
  JOIN contact AS c ON c.source_id = t.source_id AND c.contact_id = t.contact_id AND c.customer_id = t.customer_id AND c.day = t.day
  WHERE c.case_id IS NOT NULL
)
INSERT INTO dirty_day (site_id, day, change)
SELECT offered_site_id, day, 'contact' FROM ready_leg
UNION
SELECT site_id, day, 'leg' FROM ready_leg
UNION
SELECT l.site_id, l.day, 'leg'
FROM changed_contact AS t
JOIN leg AS l ON l.source_id = t.source_id AND l.contact_id = t.contact_id AND l.customer_id = t.customer_id AND l.day = t.day
UNION
SELECT g.site_id, g.day, 'goodwill'
FROM changed_contact AS t
JOIN goodwill AS g ON g.contact_source_id = t.source_id AND g.contact_id = t.contact_id

-- name: remove_row_leg
-- Delete the leg (number 0) that the contact's row made.
DELETE FROM leg AS l
USING changed_contact AS t
WHERE l.source_id = t.source_id
  AND l.contact_id = t.contact_id
  AND l.customer_id = t.customer_id
  AND l.day = t.day
  AND l.leg_number = 0

-- name: mark_taken
-- Mark the legs of the agents of the sites $1 (codes), whose zone changed: the time at which a leg was taken is counted
-- in the agent's local time.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT l.site_id, l.day, 'taken'
FROM leg AS l
JOIN site AS s ON s.site_id = l.site_id
WHERE s.code = ANY ($1::text[])
