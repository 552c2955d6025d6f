-- Take the refused rows out, with their content as it was staged. Several rows of a file may have one line only where a source numbers none.
WITH refused AS (
  DELETE FROM ready_{table}
  WHERE refused IS NOT NULL
  RETURNING line, refused
)
SELECT DISTINCT ON (r.line) r.line, r.refused AS reason, to_jsonb(s) - 'line' AS content
FROM refused AS r
JOIN stage_{table} AS s ON s.line = r.line
ORDER BY r.line
