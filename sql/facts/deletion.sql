-- Deletions: the steps of their load.

-- name: stage
-- Make the table for the rows that a batch of deletions names, of one kind at a time. The number is a reopening's
-- within its case.
CREATE TEMP TABLE IF NOT EXISTS named_row (source text, id text, number smallint)

-- name: lock
-- Lock out loads of the sources $1, until the end of the transaction (contact.sql:lock).
SELECT pg_advisory_xact_lock(hashtext('cadran load ' || s.source))
FROM (SELECT DISTINCT g.source FROM unnest($1::text[]) AS g (source) ORDER BY 1) AS s

-- name: surveys
-- Copy the named surveys as they are stored.
INSERT INTO placed_survey
SELECT s.*
FROM named_row AS n
JOIN source AS o ON o.code = n.source
JOIN survey_place AS p ON p.source_id = o.source_id AND p.survey_id = n.id
JOIN survey AS s ON s.source_id = p.source_id AND s.survey_id = p.survey_id AND s.customer_id = p.customer_id AND s.day = p.day

-- name: followed
-- Find the named reopenings that must stay because a reopening that is not named follows them, and remove them from the
-- list (index case_reopening_pkey).
DELETE FROM named_row AS n
USING source AS o
WHERE o.code = n.source
  AND EXISTS (
    SELECT FROM case_reopening AS r
    WHERE r.source_id = o.source_id
      AND r.case_id = n.id
      AND r.number > n.number
      AND NOT EXISTS (SELECT FROM named_row AS m WHERE m.source = n.source AND m.id = n.id AND m.number = r.number)
  )
RETURNING n.source, n.id, n.number

-- name: reopening
-- Copy the named reopenings as they are stored, so that the marks of a correction apply to their deletion.
INSERT INTO ready_case_reopening (source_id, case_id, number, reopened_at, resolved_at, closed_at)
SELECT r.source_id, r.case_id, r.number, r.reopened_at, r.resolved_at, r.closed_at
FROM named_row AS n
JOIN source AS o ON o.code = n.source
JOIN case_reopening AS r ON r.source_id = o.source_id AND r.case_id = n.id AND r.number = n.number

-- name: reopenings
-- Delete the reopenings of the deleted cases.
DELETE FROM case_reopening AS r
USING named_row AS n
JOIN source AS o ON o.code = n.source
WHERE r.source_id = o.source_id
  AND r.case_id = n.id

-- name: contacts
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

-- name: followers
-- Copy the surveys that follow the deleted contacts (index survey_place_contact).
INSERT INTO placed_survey
SELECT s.*
FROM ready_contact AS r
JOIN survey_place AS p ON p.contact_source_id = r.source_id AND p.contact_id = r.contact_id
JOIN survey AS s ON s.source_id = p.source_id AND s.survey_id = p.survey_id AND s.customer_id = p.customer_id AND s.day = p.day

-- name: legs
-- Delete all legs of the deleted contacts.
DELETE FROM leg AS l
USING ready_contact AS r
WHERE l.source_id = r.source_id
  AND l.contact_id = r.contact_id
  AND l.customer_id = r.old_customer_id
  AND l.day = r.old_day

-- name: places
-- Delete the places of these contacts.
DELETE FROM contact_place AS p
USING ready_contact AS r
WHERE p.source_id = r.source_id
  AND p.contact_id = r.contact_id

-- name: survey_places
-- Delete the places of these surveys.
DELETE FROM survey_place AS p
USING placed_survey AS r
WHERE p.source_id = r.source_id
  AND p.survey_id = r.survey_id
