-- Rows that contradict themselves. The caller fills in the names in braces from the declarations of the oddities
-- (service/cadran/facts/declared_oddities.py): the rows of a kind, and the conditions over them.

-- name: count
-- Count the rows of a kind that each of its conditions applies to.
SELECT {counts}
FROM {rows}

-- name: examples
-- Return the latest rows that a condition applies to, at most $1.
SELECT s.code AS source, {id} AS id, json_build_object({values}) AS values
FROM {rows}
JOIN source AS s ON s.source_id = {source}
WHERE {condition}
ORDER BY f.{instant} DESC, 1, 2
LIMIT $1

-- name: loaded
-- Count the rows of a batch that any of the conditions applies to. Rows without a line, or with line 0, are not of the
-- file: the loader added them.
SELECT count(*)
FROM {rows}
WHERE f.line > 0
  AND ({any})
