-- Deletions: the steps of their load.

-- name: stage
-- Make the table for the rows that a batch of deletions names, of one kind at a time. The number is a reopening's
-- within its case.
CREATE TEMP TABLE IF NOT EXISTS named_row (source text, id text, number smallint)

-- name: lock
-- Lock out loads of the sources $1, until the end of the transaction (staged.sql:lock_sources).
SELECT pg_advisory_xact_lock(hashtext('cadran load ' || s.source))
FROM (SELECT DISTINCT g.source FROM unnest($1::text[]) AS g (source) ORDER BY 1) AS s

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
INSERT INTO ready_case_reopening (source_id, case_id, number, reopened_at, resolved_at, closed_at, status)
SELECT r.source_id, r.case_id, r.number, r.reopened_at, r.resolved_at, r.closed_at, 'replaced'
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

-- name: legs
-- Delete all legs of the deleted contacts.
DELETE FROM leg AS l
USING ready_contact AS r
WHERE l.source_id = r.source_id
  AND l.contact_id = r.contact_id
  AND l.customer_id = r.old_customer_id
  AND l.day = r.old_day
