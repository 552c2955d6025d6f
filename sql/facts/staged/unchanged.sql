-- Remove the rows that equal the stored ones, so that they are neither rewritten nor marked.
DELETE FROM ready_{table} AS r
USING {table} AS s
WHERE ({same})
  AND ROW(s.*) IS NOT DISTINCT FROM ROW({ready})
