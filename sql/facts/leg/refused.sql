-- Remove the refused legs, and return them with their content as staged.
WITH refused AS (
  DELETE FROM ready_leg
  WHERE refused IS NOT NULL
  RETURNING line, refused, contact_id, leg_number
)
SELECT DISTINCT ON (r.line, r.contact_id, r.leg_number) r.line, r.refused AS reason, to_jsonb(s) - 'line' AS content
FROM refused AS r
JOIN stage_leg AS s ON s.line = r.line AND s.contact IS NOT DISTINCT FROM r.contact_id
ORDER BY r.line, r.contact_id, r.leg_number
