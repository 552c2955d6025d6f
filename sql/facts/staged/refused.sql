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
