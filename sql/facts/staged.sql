-- Facts with one table each: the steps of their load, which are the same for every kind. The loader fills in the names
-- in braces.

-- name: columns
-- Return the columns of a table ($1), in order.
SELECT a.attname::text AS name
FROM pg_attribute AS a
WHERE a.attrelid = $1::text::regclass
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attnum

-- name: stage
-- Make the tables for the rows of a file while they are checked: as text, and as read. A refused row may lack any
-- value, so all columns are nullable.
CREATE TEMP TABLE IF NOT EXISTS stage_{table} (line bigint, {staged});
CREATE TEMP TABLE IF NOT EXISTS ready_{table} AS
SELECT t.*, 0::bigint AS line, ''::text AS refused, false AS ambiguous, '{{}}'::text[] AS unknown
FROM {table} AS t
WITH NO DATA

-- name: truncate
-- Empty the tables for the next batch.
TRUNCATE stage_{table}, ready_{table}

-- name: lock
-- Allow one load of a kind at a time, until the end of the transaction. $1 is the kind's table.
SELECT pg_advisory_xact_lock(hashtext('cadran ' || $1::text))

-- name: sources
-- Add the sources that the batch names for the first time. $1 is the source of rows that name none.
INSERT INTO source (code)
SELECT DISTINCT coalesce(s.source, $1::text)
FROM stage_{table} AS s
WHERE NOT EXISTS (SELECT FROM source AS o WHERE o.code = coalesce(s.source, $1))
  AND octet_length(coalesce(s.source, $1)) <= 200
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: unknown
-- Find the unknown codes that the batch names, each with its dimension: `agent:JDOE`.
SELECT DISTINCT u.unknown
FROM ready_{table} AS r
CROSS JOIN LATERAL unnest(r.unknown) AS u (unknown)
WHERE r.refused IS NULL
  AND u.unknown IS NOT NULL
ORDER BY 1

-- name: read_again
-- Empty the table for a second reading, now that the codes are known.
TRUNCATE ready_{table}

-- name: refused
-- Remove the refused rows, and return them with their content as staged. Rows of a file share a line only if their
-- source has no line numbers.
WITH refused AS (
  DELETE FROM ready_{table}
  WHERE refused IS NOT NULL
  RETURNING line, refused
)
SELECT DISTINCT ON (r.line) r.line, r.refused AS reason, to_jsonb(s) - 'line' AS content
FROM refused AS r
JOIN stage_{table} AS s ON s.line = r.line
ORDER BY r.line

-- name: unreadable
-- Remove the staged rows with a text that cannot be cast, and return them with the column. $1 columns, $2 their types,
-- $3 the reasons. Run only after the reading statement has failed.
WITH judged AS (
  SELECT s.ctid AS place, j.reason
  FROM stage_{table} AS s
  CROSS JOIN LATERAL (
    SELECT d.reason || ':' || d.name AS reason
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS d (name, type, reason, number)
    WHERE NOT pg_temp.readable(to_jsonb(s) ->> d.name, d.type)
    ORDER BY d.number
    LIMIT 1
  ) AS j
)
DELETE FROM stage_{table} AS s
USING judged AS j
WHERE s.ctid = j.place
RETURNING s.line, j.reason, to_jsonb(s) - 'line' AS content

-- name: superseded
-- Of several rows with one key, retain the last one.
DELETE FROM ready_{table}
WHERE ctid IN (
  SELECT r.place
  FROM (
    SELECT ctid AS place, row_number() OVER (PARTITION BY {keys} ORDER BY line DESC, ctid DESC) AS rank
    FROM ready_{table}
  ) AS r
  WHERE r.rank > 1
)

-- name: unchanged
-- Remove the rows that equal the stored ones, so that they are neither rewritten nor marked.
DELETE FROM ready_{table} AS r
USING {table} AS s
WHERE ({same})
  AND ROW(s.*) IS NOT DISTINCT FROM ROW({ready})

-- name: counts
-- Count the new rows, the rows that replace others, and the rows with a time in a repeated hour. Return the months of
-- the rows.
SELECT
  count(*) FILTER (WHERE NOT e.known) AS loaded,
  count(*) FILTER (WHERE e.known) AS replaced,
  count(*) FILTER (WHERE r.ambiguous) AS ambiguous,
  coalesce(array_agg(DISTINCT date_trunc('month', {day})::date), '{{}}') AS months
FROM ready_{table} AS r
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM {table} AS s WHERE {same}) AS known) AS e

-- name: mark_days
-- Mark the days whose figures these rows change: the days that they enter and leave. Run before anything is stored.
INSERT INTO dirty_day (site_id, day)
SELECT site_id, day FROM ready_{table}
UNION
SELECT s.site_id, s.day
FROM ready_{table} AS r
JOIN {table} AS s ON {same}

-- name: remove
-- Delete the previous version of the rows.
DELETE FROM {table} AS s
USING ready_{table} AS r
WHERE {same}

-- name: store
-- Store the rows.
INSERT INTO {table} ({columns})
SELECT {columns} FROM ready_{table}

-- name: gone
-- Copy the stored rows that are named, so that the marks of a correction apply to their deletion.
INSERT INTO ready_{table} ({columns})
SELECT s.*
FROM named_row AS n
JOIN source AS o ON o.code = n.source
JOIN {table} AS s ON s.source_id = o.source_id AND s.{id} = n.id

-- name: rezone_mark
-- Mark the days that facts leave and enter when their sites ($1) get another zone.
INSERT INTO dirty_day (site_id, day)
SELECT DISTINCT f.site_id, d.day
FROM {table} AS f
JOIN site AS s ON s.site_id = f.site_id
CROSS JOIN LATERAL (SELECT f.{instant} AT TIME ZONE s.zone AS wall OFFSET 0) AS l
CROSS JOIN LATERAL (
  SELECT
    l.wall::date AS day,
    (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint AS quarter
) AS w
CROSS JOIN LATERAL (VALUES (f.day), (w.day)) AS d (day)
WHERE s.code = ANY ($1::text[])
  AND (f.day, f.quarter) <> (w.day, w.quarter)

-- name: rezone
-- Give the facts of the sites $1 the day and quarter in the sites' present zones.
UPDATE {table} AS f
SET
  day = (f.{instant} AT TIME ZONE s.zone)::date,
  quarter = date_part('hour', f.{instant} AT TIME ZONE s.zone) * 4 + floor(date_part('minute', f.{instant} AT TIME ZONE s.zone) / 15)
FROM site AS s
WHERE s.site_id = f.site_id
  AND s.code = ANY ($1::text[])
