-- Remove the refused rows, and return them with their content as staged.
WITH refused AS (
  DELETE FROM seen_contact
  WHERE refused IS NOT NULL
  RETURNING line, refused, contact_id, source
)
SELECT DISTINCT ON (r.line, r.contact_id) r.line, r.refused AS reason, to_jsonb(s) - 'line' AS content
FROM refused AS r
JOIN stage_contact AS s ON s.line = r.line AND s.contact IS NOT DISTINCT FROM r.contact_id AND s.source IS NOT DISTINCT FROM r.source
ORDER BY r.line, r.contact_id
