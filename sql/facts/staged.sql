-- The steps of a load of facts, which are the same for every kind. The loader fills in the names in braces from the
-- declaration of the kind: its table, columns and keys.
--
-- A kind that may change its day or customer has a table of places (`contact_place`), which finds the stored row of an
-- id. For all other kinds, the place is the row itself.

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
-- value, so all columns are nullable. `staged` is the place of the text that a row was read from. `status` is
-- 'replaced' for a row whose key is stored already. `differs` is true for a row that must replace an equal stored row,
-- because other rows that derive from it change.
CREATE TEMP TABLE IF NOT EXISTS stage_{table} (line bigint, {staged});
CREATE TEMP TABLE IF NOT EXISTS ready_{table} AS
SELECT
  t.*, NULL::tid AS staged, NULL::bigint AS line, NULL::text AS refused, NULL::boolean AS ambiguous, NULL::jsonb[] AS unknown,
  NULL::text AS status, NULL::boolean AS differs{working}
FROM {table} AS t
WITH NO DATA

-- name: truncate
-- Empty the tables for the next batch.
TRUNCATE stage_{table}, ready_{table}

-- name: lock
-- Allow one load of a kind at a time, until the end of the transaction. $1 is the kind's table.
SELECT pg_advisory_xact_lock(hashtext('cadran ' || $1::text))

-- name: hold
-- Lock the rows of a kind that follow contacts until the end of the transaction, while these contacts are changed, by
-- any number of loads at once (lock is the counterpart). All loads take this lock before they make partitions, so that
-- two loads never deadlock. $1 is the kind's table.
SELECT pg_advisory_xact_lock_shared(hashtext('cadran ' || $1::text))

-- name: lock_sources
-- Allow one load of a source at a time, until the end of the transaction. $1 is the source of rows that name none.
SELECT pg_advisory_xact_lock(hashtext('cadran load ' || s.source))
FROM (SELECT DISTINCT coalesce(source, $1::text) AS source FROM stage_{table} ORDER BY 1) AS s

-- name: sources
-- Add the sources that the batch names for the first time. $1 is the source of rows that name none.
INSERT INTO source (code)
SELECT DISTINCT coalesce(s.source, $1::text)
FROM stage_{table} AS s
WHERE NOT EXISTS (SELECT FROM source AS o WHERE o.code = coalesce(s.source, $1))
  AND octet_length(coalesce(s.source, $1)) <= 200
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: unreadable
-- Remove the staged rows with a text that cannot be cast, and return them with all such columns. $1 columns, $2 their types,
-- $3 the reasons. Run only after the reading statement has failed.
WITH judged AS (
  SELECT s.ctid AS place, j.reason
  FROM stage_{table} AS s
  CROSS JOIN LATERAL (
    SELECT string_agg(d.reason || ':' || d.name, ',' ORDER BY d.number) AS reason
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS d (name, type, reason, number)
    WHERE NOT pg_temp.readable(to_jsonb(s) ->> d.name, d.type)
  ) AS j
  WHERE j.reason IS NOT NULL
)
DELETE FROM stage_{table} AS s
USING judged AS j
WHERE s.ctid = j.place
RETURNING s.line, j.reason, to_jsonb(s) - 'line' AS content

-- name: seen
-- Count the rows, the refused rows, the rows with a time in a repeated hour, and the rows with unknown codes.
SELECT
  count(*) AS rows,
  count(*) FILTER (WHERE refused IS NOT NULL) AS refused,
  count(*) FILTER (WHERE refused IS NULL AND ambiguous) AS ambiguous,
  count(*) FILTER (WHERE refused IS NULL AND unknown <> '{{}}') AS unknown
FROM ready_{table}

-- name: unknown
-- Find the unknown codes that the batch names, each with its dimension and the code of its parent in its latest row.
SELECT DISTINCT ON (1, 2) u.member ->> 0 AS dimension, u.member ->> 1 AS code, u.member ->> 2 AS parent
FROM ready_{table} AS r
CROSS JOIN LATERAL unnest(r.unknown) AS u (member)
WHERE r.refused IS NULL
ORDER BY 1, 2, u.member ->> 2 IS NULL, r.staged DESC

-- name: beyond
-- Count the rows with a value that counts as "other", because its dimension is full, by dimension.
SELECT coalesce(a.name, v.dimension) AS name, count(*) AS rows
FROM ready_{table} AS r
JOIN stage_{table} AS s ON s.ctid = r.staged
CROSS JOIN LATERAL (VALUES {values}) AS v (dimension, code, value_id)
JOIN dimension_value AS o ON o.dimension = v.dimension AND o.value_id = v.value_id AND o.overflow
LEFT JOIN attribute AS a ON v.dimension = 'attribute_' || a.number
WHERE fold_code(v.code) <> fold_code(o.code)
GROUP BY 1

-- name: texts
-- Return the staged rows in the order of the file.
SELECT * FROM stage_{table} ORDER BY ctid

-- name: read_again
-- Empty the table for a second reading, now that the codes are known.
TRUNCATE ready_{table}

-- name: refused
-- Remove the refused rows, and return them with their content as staged.
WITH refused AS (
  DELETE FROM ready_{table}
  WHERE refused IS NOT NULL
  RETURNING staged, refused
)
SELECT s.line, r.refused AS reason, to_jsonb(s) - 'line' AS content
FROM refused AS r
JOIN stage_{table} AS s ON s.ctid = r.staged
ORDER BY s.ctid

-- name: superseded
-- Of several rows with one key, retain the last one, or the first if $1 is true. Return the others with their content as
-- staged, and the line of the row that is retained.
WITH repeated AS (
  SELECT {keys}
  FROM ready_{table}
  GROUP BY {keys}
  HAVING count(*) > 1
), ranked AS (
  SELECT r.ctid AS place, row_number() OVER w AS rank, first_value(r.line) OVER w AS retained
  FROM ready_{table} AS r
  JOIN repeated USING ({keys})
  WINDOW w AS (
    PARTITION BY {keys}
    ORDER BY
      CASE WHEN $1::boolean THEN r.line END,
      CASE WHEN $1::boolean THEN r.staged END,
      r.line DESC,
      r.staged DESC
  )
), superseded AS (
  DELETE FROM ready_{table} AS r
  USING ranked AS k
  WHERE r.ctid = k.place
    AND k.rank > 1
  RETURNING r.staged, k.retained
)
SELECT s.line, 'superseded:' || d.retained AS reason, to_jsonb(s) - 'line' AS content
FROM superseded AS d
JOIN stage_{table} AS s ON s.ctid = d.staged
ORDER BY s.ctid

-- name: ids
-- Return the keys of the rows, each as one text, with their lines.
SELECT concat_ws(chr(31), {keys}) AS id, line
FROM ready_{table}
WHERE line IS NOT NULL

-- name: withdraw
-- Remove the rows with these keys ($1), which an earlier batch has loaded. Return their content as staged.
WITH withdrawn AS (
  DELETE FROM ready_{table}
  WHERE concat_ws(chr(31), {keys}) = ANY ($1::text[])
  RETURNING staged, concat_ws(chr(31), {keys}) AS id
)
SELECT w.id, s.line, to_jsonb(s) - 'line' AS content
FROM withdrawn AS w
JOIN stage_{table} AS s ON s.ctid = w.staged

-- name: rewritten
-- Count the rows that replaced others, of those with the keys $1.
SELECT count(*)
FROM ready_{table}
WHERE status = 'replaced'
  AND concat_ws(chr(31), {keys}) = ANY ($1::text[])

-- name: placed
-- Flag the rows whose keys are stored already, with their places. The loader holds a lock, so no other load can store
-- them meanwhile.
UPDATE ready_{table} AS r
SET status = 'replaced'{placed}
FROM {place} AS p
WHERE {ready_key}

-- name: inherit
-- Give the rows that follow a contact the present dimensions of this contact.
UPDATE ready_{table} AS r
SET {inherited}
FROM contact_place AS p
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
WHERE p.source_id = r.contact_source_id
  AND p.contact_id = r.contact_id

-- name: date
-- Give the rows the day and quarter of their instant in the time zone of their site, unless they were read with them.
UPDATE ready_{table} AS r
SET
  day = (r.{instant} AT TIME ZONE i.zone)::date,
  quarter = date_part('hour', r.{instant} AT TIME ZONE i.zone) * 4 + floor(date_part('minute', r.{instant} AT TIME ZONE i.zone) / 15)
FROM site AS i
WHERE i.site_id = r.site_id
  AND (r.staged IS NULL OR r.day IS NULL)

-- name: unchanged
-- Remove the rows that equal the stored ones, so that they are neither rewritten nor marked.
DELETE FROM ready_{table} AS r
USING {table} AS s
WHERE r.status = 'replaced'
  AND r.differs IS NOT TRUE
  AND {same}
  AND ROW(s.*) IS NOT DISTINCT FROM ROW({ready})

-- name: counts
-- Count the new rows and the rows that replace others, as far as they have a line: the loader added the others, because
-- they change with the rows of the batch. Count all stored rows to be rewritten. Return the months of the rows.
SELECT
  count(r.line) FILTER (WHERE r.status IS NULL) AS loaded,
  count(r.line) FILTER (WHERE r.status = 'replaced') AS replaced,
  count(*) FILTER (WHERE r.status = 'replaced') AS rewritten,
  coalesce(array_agg(DISTINCT date_trunc('month', {day})::date), '{{}}') AS months
FROM ready_{table} AS r

-- name: mark_days
-- Mark the days whose figures these rows change: the days that they enter and leave. Run before anything is stored.
INSERT INTO dirty_day (site_id, day, change)
SELECT site_id, day, '{change}' FROM ready_{table}
UNION
SELECT s.site_id, s.day, '{change}'
FROM ready_{table} AS r
JOIN {table} AS s ON {same}
WHERE r.status = 'replaced'

-- name: remove
-- Delete the previous version of the rows.
DELETE FROM {table} AS s
USING ready_{table} AS r
WHERE r.status = 'replaced'
  AND {same}

-- name: store
-- Store the rows.
INSERT INTO {table} ({columns})
SELECT {columns} FROM ready_{table}

-- name: move_places
-- Update the places of the rows that were stored elsewhere before.
UPDATE {place} AS p
SET {moved}
FROM ready_{table} AS r
WHERE r.status = 'replaced'
  AND {ready_key}
  AND ({place_then}) IS DISTINCT FROM ({place_now})

-- name: store_places
-- Store the places of the new rows, in the order of the index: random ids would touch its pages all over, one by one.
INSERT INTO {place} ({places})
SELECT {places}
FROM ready_{table}
WHERE status IS NULL
ORDER BY {keys}

-- name: remove_places
-- Delete the places of deleted rows.
DELETE FROM {place} AS p
USING ready_{table} AS r
WHERE {ready_key}

-- name: gone
-- Copy the stored rows that are named, so that the marks of a correction apply to their deletion.
INSERT INTO ready_{table} ({columns}, status{old})
SELECT {stored}, 'replaced'{stored_old}
FROM named_row AS n
JOIN source AS o ON o.code = n.source
JOIN {place} AS p ON p.source_id = o.source_id AND p.{id} = n.id
JOIN {table} AS s ON {at_place}

-- name: followers
-- Copy the stored rows that follow the changed contacts. The loader then gives them the present data of their contact,
-- or deletes them with it.
INSERT INTO ready_{table} ({columns}, line, status{old})
SELECT {stored}, 0, 'replaced'{stored_old}
FROM changed_contact AS c
JOIN {place} AS p ON p.contact_source_id = c.source_id AND p.contact_id = c.contact_id
JOIN {table} AS s ON {at_place}

-- name: rezone_months
-- Find the months that facts enter when their sites ($1) get another zone.
SELECT DISTINCT date_trunc('month', f.{instant} AT TIME ZONE s.zone)::date AS month
FROM {table} AS f
JOIN site AS s ON s.site_id = f.site_id
WHERE s.code = ANY ($1::text[])
  AND (f.{instant} AT TIME ZONE s.zone)::date <> f.day

-- name: rezone_mark
-- Mark the days that facts leave and enter when their sites ($1) get another zone.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT f.site_id, d.day, '{change}'
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

-- name: rezone_places
-- Give the places of the facts of the sites $1 their present days.
UPDATE {place} AS p
SET day = s.day
FROM {table} AS s
JOIN site AS i ON i.site_id = s.site_id
WHERE i.code = ANY ($1::text[])
  AND {place_key}
  AND p.day <> s.day
