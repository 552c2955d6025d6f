-- Contacts: the steps of their load. The larger steps are in contact/.

-- name: sources
-- Add the sources seen for the first time. $1 is the source of rows that name none.
INSERT INTO source (code)
SELECT DISTINCT coalesce(s.source, $1::text)
FROM stage_contact AS s
WHERE NOT EXISTS (SELECT FROM source AS o WHERE o.code = coalesce(s.source, $1))
  AND octet_length(coalesce(s.source, $1)) <= 200
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: customers
-- Add the customers seen for the first time, each with the segment in its row.
INSERT INTO customer (code, segment_id)
SELECT s.customer, max(coalesce(s.segment_id, 0))
FROM seen_contact AS s
WHERE s.customer IS NOT NULL
  AND NOT EXISTS (SELECT FROM customer AS c WHERE c.code = s.customer)
GROUP BY s.customer
ORDER BY s.customer
ON CONFLICT (code) DO NOTHING

-- name: ready
-- Complete the rows as they will be stored, all as new rows until `placed` looks them up. $1 whether there are any
-- tariffs, $2 whether there are any calendars.
INSERT INTO ready_contact
SELECT
  s.line, 'new',
  s.source_id, s.contact_id, coalesce(c.customer_id, 0), s.day, s.quarter, s.offered_at, s.answered_at, s.ended_at,
  s.site_id, coalesce(s.segment_id, 0), s.channel_id, coalesce(s.moment_id, 0), coalesce(s.reason_id, 0), s.outbound, s.outcome_id,
  s.wait, s.talk, s.hold, s.acw, s.escalated, s.resolved,
  s.agent_id IS NOT NULL AND coalesce(nullif(t.site_id, 0), s.site_id) <> s.site_id,
  coalesce(s.cost_given, price.cost), s.cost_given, s.revenue, s.transferred_to, s.parent_id, s.case_id,
  s.agent_id IS NOT NULL, s.team_id IS NOT NULL, false, s.agent_id IS NULL,
  coalesce(s.agent_id, 0), coalesce(s.team_id, s.agent_team_id, 0), coalesce(nullif(t.site_id, 0), s.site_id), s.partner_id, s.served,
  NULL, NULL,
  s.replies, s.reply_wait, hours.is_open, CASE WHEN s.wait IS NOT NULL THEN hours.seconds END
FROM seen_contact AS s
LEFT JOIN customer AS c ON c.code = s.customer
LEFT JOIN team AS t ON t.team_id = coalesce(s.team_id, s.agent_team_id)
LEFT JOIN LATERAL pg_temp.price(s.site_id, s.partner_id, s.channel_id, s.day, s.served, s.talk + s.hold + s.acw, $1::boolean AND s.cost_given IS NULL)
  AS price ON true
LEFT JOIN LATERAL open_time(s.site_id, CASE WHEN $2::boolean THEN s.offered_at END, s.offered_at + make_interval(secs => coalesce(round(s.wait, 3), 0)::float8))
  AS hours ON true

-- name: lock
-- Allow one load of a source at a time, until the end of the transaction. $1 is the source of rows that name none.
SELECT pg_advisory_xact_lock(hashtext('cadran load ' || s.source))
FROM (SELECT DISTINCT coalesce(source, $1::text) AS source FROM stage_contact ORDER BY 1) AS s

-- name: placed
-- Flag the rows whose ids are stored already, with their places (one probe of contact_place each). The source is
-- locked, so no other load can store them meanwhile.
UPDATE ready_contact AS r
SET status = 'replaced', old_customer_id = p.customer_id, old_day = p.day
FROM contact_place AS p
WHERE p.source_id = r.source_id
  AND p.contact_id = r.contact_id

-- name: unchanged
-- Remove the rows that equal the stored ones, so that they are neither rewritten nor marked.
DELETE FROM ready_contact AS r
USING contact AS c
WHERE r.status = 'replaced'
  AND r.leg_same
  AND c.source_id = r.source_id
  AND c.contact_id = r.contact_id
  AND c.customer_id = r.old_customer_id
  AND c.day = r.old_day
  AND (
    c.customer_id, c.day, c.quarter, c.offered_at, c.answered_at, c.ended_at, c.site_id, c.segment_id, c.channel_id, c.moment_id,
    c.reason_id, c.outbound, c.outcome_id, c.wait, c.talk, c.hold, c.acw, c.escalated, c.resolved, c.overflowed, c.cost, c.cost_given,
    c.revenue, c.transferred_to, c.parent_id, c.case_id, c.replies, c.reply_wait
  ) IS NOT DISTINCT FROM (
    r.customer_id, r.day, r.quarter, r.offered_at, r.answered_at, r.ended_at, r.site_id, r.segment_id, r.channel_id, r.moment_id,
    r.reason_id, r.outbound, r.outcome_id, r.wait, r.talk, r.hold, r.acw, r.escalated, r.resolved, r.overflowed, r.cost, r.cost_given,
    r.revenue, r.transferred_to, r.parent_id, r.case_id, r.replies, r.reply_wait
  )

-- name: counts
-- Count the new rows and the rows that replace others. Return the last offer, the last known instant (without ends in
-- the future), and the months that the rows need.
SELECT
  count(*) FILTER (WHERE status = 'new') AS loaded,
  count(*) FILTER (WHERE status = 'replaced') AS replaced,
  count(*) FILTER (WHERE customer_id <> 0 OR old_customer_id <> 0) AS identified,
  count(*) FILTER (WHERE several) AS several,
  max(offered_at) AS horizon,
  max(greatest(
    offered_at,
    CASE WHEN answered_at <= clock_timestamp() THEN answered_at END,
    CASE WHEN ended_at <= clock_timestamp() THEN ended_at END
  )) AS seen,
  coalesce(array_agg(DISTINCT date_trunc('month', day)::date), '{}') AS months
FROM ready_contact

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
  g.first_of_contact, g.first_of_team, g.first_of_agent, r.transferred_to IS NOT NULL, r.escalated, r.parent_id IS NOT NULL
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

-- name: remove
-- Delete the previous version of the contacts.
DELETE FROM contact AS c
USING ready_contact AS r
WHERE r.status = 'replaced'
  AND c.source_id = r.source_id
  AND c.contact_id = r.contact_id
  AND c.customer_id = r.old_customer_id
  AND c.day = r.old_day

-- name: move_places
-- Update the places of the moved contacts.
UPDATE contact_place AS p
SET customer_id = r.customer_id, day = r.day
FROM ready_contact AS r
WHERE r.status = 'replaced'
  AND (r.customer_id, r.day) <> (r.old_customer_id, r.old_day)
  AND p.source_id = r.source_id
  AND p.contact_id = r.contact_id

-- name: store_places
-- Store the places of the new contacts, in the order of the index: random ids would touch its pages all over, one by
-- one.
INSERT INTO contact_place (source_id, contact_id, customer_id, day)
SELECT source_id, contact_id, customer_id, day
FROM ready_contact
WHERE status = 'new'
ORDER BY source_id, contact_id

-- name: store
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

-- name: store_legs
-- Store the leg (number 0) that a contact's row makes by naming an agent.
INSERT INTO leg (
  source_id, contact_id, leg_number, customer_id, day, quarter, offered_at, started_at, site_id, offered_site_id, team_id, agent_id,
  segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, talk, hold, acw, first_of_contact, first_of_team, first_of_agent,
  transferred, escalated, callback
)
SELECT
  source_id, contact_id, 0, customer_id, day, quarter, offered_at, answered_at, leg_site_id, site_id, team_id, agent_id,
  segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, talk, hold, acw, true, true, true,
  transferred_to IS NOT NULL, escalated, parent_id IS NOT NULL
FROM ready_contact
WHERE has_agent

-- name: unknown
-- Count the refused rows and the rows in a repeated hour, and flag the dimensions with unknown codes. One pass is
-- enough, because there are almost never any.
SELECT
  count(*) FILTER (WHERE refused IS NOT NULL) AS refused,
  count(*) FILTER (WHERE refused IS NULL AND ambiguous) AS ambiguous,
  count(*) FILTER (WHERE refused IS NULL AND site_id IS NULL) > 0 AS site,
  count(*) FILTER (WHERE refused IS NULL AND channel_id IS NULL) > 0 AS channel,
  count(*) FILTER (WHERE refused IS NULL AND segment IS NOT NULL AND segment_id IS NULL) > 0 AS segment,
  count(*) FILTER (WHERE refused IS NULL AND moment IS NOT NULL AND moment_id IS NULL) > 0 AS moment,
  count(*) FILTER (WHERE refused IS NULL AND reason IS NOT NULL AND reason_id IS NULL) > 0 AS reason,
  count(*) FILTER (WHERE refused IS NULL AND team IS NOT NULL AND team_id IS NULL) > 0 AS team,
  count(*) FILTER (WHERE refused IS NULL AND agent IS NOT NULL AND agent_id IS NULL) > 0 AS agent
FROM seen_contact

-- name: refused
-- Remove the refused rows, and return them with their content as staged.
WITH refused AS (
  DELETE FROM seen_contact
  WHERE refused IS NOT NULL
  RETURNING line, refused, contact_id, source
)
SELECT DISTINCT ON (r.line, r.contact_id) r.line, r.refused AS reason, to_jsonb(s) - 'line' AS content
FROM refused AS r
JOIN stage_contact AS s ON s.line = r.line AND s.contact IS NOT DISTINCT FROM r.contact_id AND s.source IS NOT DISTINCT FROM r.source
ORDER BY r.line, r.contact_id

-- name: unreadable
-- Remove the staged rows with a text that cannot be cast, and return them with the column. Run only after read.sql has
-- failed.
WITH judged AS (
  SELECT
    ctid AS place,
    CASE
      WHEN NOT pg_temp.readable(offered_at, 'timestamptz') THEN 'unreadable_time:offered_at'
      WHEN NOT pg_temp.readable(answered_at, 'timestamptz') THEN 'unreadable_time:answered_at'
      WHEN NOT pg_temp.readable(ended_at, 'timestamptz') THEN 'unreadable_time:ended_at'
      WHEN NOT pg_temp.readable(wait, 'numeric') THEN 'unreadable_number:wait'
      WHEN NOT pg_temp.readable(talk, 'numeric') THEN 'unreadable_number:talk'
      WHEN NOT pg_temp.readable(hold, 'numeric') THEN 'unreadable_number:hold'
      WHEN NOT pg_temp.readable(acw, 'numeric') THEN 'unreadable_number:acw'
      WHEN NOT pg_temp.readable(escalated, 'boolean') THEN 'unreadable_flag:escalated'
      WHEN NOT pg_temp.readable(resolved, 'boolean') THEN 'unreadable_flag:resolved'
      WHEN NOT pg_temp.readable(cost, 'numeric') THEN 'unreadable_number:cost'
      WHEN NOT pg_temp.readable(revenue, 'numeric') THEN 'unreadable_number:revenue'
      WHEN NOT pg_temp.readable(replies, 'numeric') THEN 'unreadable_number:replies'
      WHEN NOT pg_temp.readable(reply_wait, 'numeric') THEN 'unreadable_number:reply_wait'
    END AS reason
  FROM stage_contact
)
DELETE FROM stage_contact AS s
USING judged AS j
WHERE s.ctid = j.place
  AND j.reason IS NOT NULL
RETURNING s.line, j.reason, to_jsonb(s) - 'line' AS content

-- name: superseded
-- Of several rows with one id, retain the last one.
WITH repeated AS (
  SELECT source_id, contact_id
  FROM seen_contact
  GROUP BY source_id, contact_id
  HAVING count(*) > 1
), ranked AS (
  SELECT s.ctid AS place, row_number() OVER (PARTITION BY s.source_id, s.contact_id ORDER BY s.line DESC, s.ctid DESC) AS rank
  FROM seen_contact AS s
  JOIN repeated USING (source_id, contact_id)
)
DELETE FROM seen_contact
WHERE ctid IN (SELECT place FROM ranked WHERE rank > 1)
