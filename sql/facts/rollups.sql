-- The declared columns of the rollups: what the database has, what is being filled, and what is left to fill.

-- name: share_declarations
-- Keep the declarations as they are until the end of the transaction (lock_declarations is the counterpart).
SELECT pg_advisory_xact_lock_shared(hashtext('cadran declarations'))

-- name: lock_declarations
-- Wait for the transactions that write rollups, and let no other begin until unlock_declarations.
SELECT pg_advisory_lock(hashtext('cadran declarations'))

-- name: unlock_declarations
SELECT pg_advisory_unlock(hashtext('cadran declarations'))

-- name: declarations
-- Return the declarations that the rollups were last reconciled with. One row.
SELECT d.declarations FROM data_state AS d

-- name: columns
-- Return the noted columns of the rollups, with the number of their state. The number stands in every row, so that both
-- come from one snapshot; one row without a column if none is noted.
SELECT d.rollups_version, c.rollup, c.name, c.fingerprint, c.change, c.filling_since IS NULL AS filled
FROM data_state AS d
LEFT JOIN rollup_column AS c ON true

-- name: tables
-- Return the columns of the tables in the schema of the rollups, as they really are.
SELECT c.relname::text AS rollup, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS kind, a.attnotnull AS key
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'rollup'::regnamespace
  AND c.relkind = 'r'

-- name: note_columns
-- Note columns as being filled from now on. $1 rollups, $2 names, $3 fingerprints, $4 changes.
INSERT INTO rollup_column AS c (rollup, name, fingerprint, change, filling_since)
SELECT n.rollup, n.name, n.fingerprint, n.change, now()
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS n (rollup, name, fingerprint, change)
ON CONFLICT (rollup, name) DO UPDATE SET
  fingerprint = excluded.fingerprint, change = excluded.change, filling_since = excluded.filling_since

-- name: retire_columns
-- Note columns that are no longer declared: nobody writes them from now on. $1 rollups, $2 names.
UPDATE rollup_column AS c
SET fingerprint = '', filling_since = NULL
FROM unnest($1::text[], $2::text[]) AS n (rollup, name)
WHERE c.rollup = n.rollup
  AND c.name = n.name

-- name: forget_columns
-- Forget columns that were dropped. $1 rollups, $2 names.
DELETE FROM rollup_column AS c
USING unnest($1::text[], $2::text[]) AS n (rollup, name)
WHERE c.rollup = n.rollup
  AND c.name = n.name

-- name: plan_fill
-- Note every month of a site in which the refresh has recomputed a day, once for each of the changes $1. Rollups have no
-- rows of other months, because the refresh gives each day that it recomputes a version.
INSERT INTO rollup_fill (change, site_id, month)
SELECT c.change, d.site_id, d.month
FROM (SELECT DISTINCT v.site_id, date_trunc('month', v.day::timestamp)::date AS month FROM day_version AS v) AS d
CROSS JOIN unnest($1::text[]) AS c (change)
ON CONFLICT DO NOTHING

-- name: note_declarations
-- Note the declarations $1, and whether columns that were filled have stopped being what they were ($2: 1, else 0).
UPDATE data_state AS d
SET declarations = $1, rollups_version = d.rollups_version + $2

-- name: finish
-- Note as filled the columns of which no month is left.
UPDATE rollup_column AS c
SET filling_since = NULL
WHERE c.filling_since IS NOT NULL
  AND NOT EXISTS (SELECT FROM rollup_fill AS f WHERE f.change = c.change)
RETURNING c.rollup, c.name

-- name: months_to_fill
-- Find the months of sites that are left to fill, the latest first, each with its number of days.
SELECT
  f.site_id,
  f.month,
  ((f.month + interval '1 month')::date - f.month) AS days
FROM rollup_fill AS f
GROUP BY 1, 2
ORDER BY 2 DESC, 1
LIMIT $1

-- name: claim_fill
-- Take the month $2 of the sites $1 out of what is left to fill.
DELETE FROM rollup_fill AS f
WHERE f.site_id = ANY ($1::smallint[])
  AND f.month = $2
RETURNING f.site_id, f.change

-- name: left_to_fill
-- Return whether any column, threshold or attribute is being filled, and the number of months of sites that are left.
SELECT
  EXISTS (SELECT FROM rollup_column AS c WHERE c.filling_since IS NOT NULL)
  OR EXISTS (SELECT FROM wait_threshold AS t WHERE NOT t.filled)
  OR EXISTS (SELECT FROM attribute AS a WHERE a.has_rollup AND NOT a.filled) AS filling,
  (SELECT count(DISTINCT (f.site_id, f.month)) FROM rollup_fill AS f)::int AS months

-- name: marks_wait
-- Return whether any mark waits for the refresh.
SELECT
  EXISTS (SELECT FROM dirty_day) OR EXISTS (SELECT FROM dirty_customer) OR EXISTS (SELECT FROM dirty_case)
  OR EXISTS (SELECT FROM dirty_time) AS waiting

-- name: sources
-- Return the views of facts $1 as they are now, and as the rollups were computed from them.
SELECT n.name, pg_get_viewdef(n.name::regclass) AS definition, s.definition AS noted
FROM unnest($1::text[]) AS n (name)
LEFT JOIN rollup_source AS s ON s.name = n.name

-- name: note_source
-- Note the definition $2 of the view of facts $1.
INSERT INTO rollup_source (name, definition) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET definition = excluded.definition
