-- Legs: the steps of their load. The larger steps are in leg/.

-- name: stage
-- Make the tables for the rows of a file of legs while they are checked: the rows as text, the rows as they will be
-- stored, the contacts that they belong to, and all legs of these contacts.
CREATE TEMP TABLE IF NOT EXISTS stage_leg (
  line bigint, source text, contact text, leg text, agent text, team text, site text, started_at text, talk text, hold text, acw text
);
CREATE TEMP TABLE IF NOT EXISTS ready_leg (
  line bigint, refused text, ambiguous boolean, source text, agent text, team text, site text, new_site boolean, new_team boolean,
  new_agent boolean,
  source_id smallint, contact_id text, leg_number smallint, customer_id bigint, day date, started_at timestamptz,
  site_id smallint, team_id smallint, agent_id integer, talk numeric, hold numeric, acw numeric
);
CREATE TEMP TABLE IF NOT EXISTS legged_contact (
  source_id smallint, contact_id text, customer_id bigint, day date, talk numeric, hold numeric, acw numeric
);
CREATE TEMP TABLE IF NOT EXISTS whole_leg (LIKE leg)

-- name: lock
-- Allow one load of a source at a time, until the end of the transaction. $1 is the source of rows that name none.
SELECT pg_advisory_xact_lock(hashtext('cadran load ' || s.source))
FROM (SELECT DISTINCT coalesce(source, $1::text) AS source FROM stage_leg ORDER BY 1) AS s

-- name: unknown
-- Count the refused rows and the rows in a repeated hour, and flag the dimensions with unknown codes.
SELECT
  count(*) FILTER (WHERE refused IS NOT NULL) AS refused,
  count(*) FILTER (WHERE refused IS NULL AND ambiguous) AS ambiguous,
  count(*) FILTER (WHERE refused IS NULL AND new_site) > 0 AS site,
  count(*) FILTER (WHERE refused IS NULL AND new_team) > 0 AS team,
  count(*) FILTER (WHERE refused IS NULL AND new_agent) > 0 AS agent
FROM ready_leg

-- name: refused
-- Remove the refused legs, and return them with their content as staged.
WITH refused AS (
  DELETE FROM ready_leg
  WHERE refused IS NOT NULL
  RETURNING line, refused, contact_id, leg_number
)
SELECT DISTINCT ON (r.line, r.contact_id, r.leg_number) r.line, r.refused AS reason, to_jsonb(s) - 'line' AS content
FROM refused AS r
JOIN stage_leg AS s ON s.line = r.line AND s.contact IS NOT DISTINCT FROM r.contact_id
ORDER BY r.line, r.contact_id, r.leg_number

-- name: unreadable
-- Remove the staged legs with a text that cannot be cast, and return them with the column. Run only after read.sql has
-- failed.
WITH judged AS (
  SELECT
    ctid AS place,
    CASE
      WHEN NOT pg_temp.readable(started_at, 'timestamptz') THEN 'unreadable_time:started_at'
      WHEN NOT pg_temp.readable(talk, 'numeric') THEN 'unreadable_number:talk'
      WHEN NOT pg_temp.readable(hold, 'numeric') THEN 'unreadable_number:hold'
      WHEN NOT pg_temp.readable(acw, 'numeric') THEN 'unreadable_number:acw'
    END AS reason
  FROM stage_leg
)
DELETE FROM stage_leg AS s
USING judged AS j
WHERE s.ctid = j.place
  AND j.reason IS NOT NULL
RETURNING s.line, j.reason, to_jsonb(s) - 'line' AS content

-- name: superseded
-- Of several rows with one number in one contact, retain the last one.
DELETE FROM ready_leg
WHERE ctid IN (
  SELECT r.place
  FROM (
    SELECT ctid AS place, row_number() OVER (PARTITION BY source_id, contact_id, leg_number ORDER BY line DESC, ctid DESC) AS rank
    FROM ready_leg
  ) AS r
  WHERE r.rank > 1
)

-- name: unchanged
-- Remove the legs that equal the stored ones, so that they are neither rewritten nor marked.
DELETE FROM ready_leg AS r
USING leg AS l
WHERE l.source_id = r.source_id
  AND l.contact_id = r.contact_id
  AND l.leg_number = r.leg_number
  AND l.customer_id = r.customer_id
  AND l.day = r.day
  AND (l.started_at, l.site_id, l.team_id, l.agent_id, l.talk, l.hold, l.acw) IS NOT DISTINCT FROM (
    r.started_at, r.site_id, r.team_id, r.agent_id, r.talk::numeric(11, 3), r.hold::numeric(11, 3), r.acw::numeric(11, 3)
  )

-- name: contacts
-- Collect the contacts whose legs change, with the sums of the legs that came from a file before.
INSERT INTO legged_contact
SELECT r.source_id, r.contact_id, r.customer_id, r.day, sum(l.talk), sum(l.hold), sum(l.acw)
FROM (SELECT DISTINCT source_id, contact_id, customer_id, day FROM ready_leg) AS r
LEFT JOIN leg AS l
  ON l.source_id = r.source_id AND l.contact_id = r.contact_id AND l.customer_id = r.customer_id AND l.day = r.day AND l.leg_number > 0
GROUP BY r.source_id, r.contact_id, r.customer_id, r.day

-- name: counts
-- Count the new legs and the legs that replace others. Stored legs that are removed because the contact's row made them
-- do not count.
SELECT count(*) FILTER (WHERE l.leg_number IS NULL) AS loaded, count(l.leg_number) AS replaced
FROM ready_leg AS r
LEFT JOIN leg AS l
  ON l.source_id = r.source_id AND l.contact_id = r.contact_id AND l.leg_number = r.leg_number AND l.customer_id = r.customer_id
  AND l.day = r.day

-- name: mark_days
-- Mark the days whose figures change: those of the contacts, of their previous and new legs, and of the gestures that
-- followed the contacts, because gestures have the first leg's agent (index goodwill_contact).
INSERT INTO dirty_day (site_id, day, change)
SELECT offered_site_id, day, 'contact' FROM whole_leg
UNION
SELECT site_id, day, 'leg' FROM whole_leg
UNION
SELECT l.site_id, l.day, 'leg'
FROM legged_contact AS t
JOIN leg AS l ON l.source_id = t.source_id AND l.contact_id = t.contact_id AND l.customer_id = t.customer_id AND l.day = t.day
UNION
SELECT g.site_id, g.day, 'goodwill'
FROM legged_contact AS t
JOIN goodwill AS g ON g.contact_source_id = t.source_id AND g.contact_id = t.contact_id

-- name: mark_customers
-- Mark the customers whose cases have the agent of a changed contact.
INSERT INTO dirty_customer (customer_id)
SELECT DISTINCT customer_id FROM legged_contact WHERE customer_id <> 0

-- name: mark_cases
-- Mark the cases that may have the team and agent of a changed contact.
INSERT INTO dirty_case (source_id, case_id)
SELECT DISTINCT c.source_id, c.case_id
FROM legged_contact AS r
JOIN contact AS c ON c.source_id = r.source_id AND c.contact_id = r.contact_id AND c.customer_id = r.customer_id AND c.day = r.day
WHERE c.case_id IS NOT NULL

-- name: remove
-- Delete the previous legs of these contacts, including those made from the contacts' rows.
DELETE FROM leg AS l
USING legged_contact AS t
WHERE l.source_id = t.source_id
  AND l.contact_id = t.contact_id
  AND l.customer_id = t.customer_id
  AND l.day = t.day

-- name: store
-- Store the legs.
INSERT INTO leg SELECT * FROM whole_leg

-- name: mark_taken
-- Mark the legs of the agents of the sites $1 (codes), whose zone changed: the time at which a leg was taken is counted
-- in the agent's local time.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT l.site_id, l.day, 'taken'
FROM leg AS l
JOIN site AS s ON s.site_id = l.site_id
WHERE s.code = ANY ($1::text[])
