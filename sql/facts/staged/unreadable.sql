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
