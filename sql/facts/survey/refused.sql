-- Remove the refused surveys, and return them with their content as staged.
WITH refused AS (
  DELETE FROM ready_survey
  WHERE refused IS NOT NULL
  RETURNING line, refused, survey_id
)
SELECT DISTINCT ON (r.line, r.survey_id) r.line, r.refused AS reason, to_jsonb(s) - 'line' AS content
FROM refused AS r
JOIN stage_survey AS s ON s.line = r.line AND s.survey IS NOT DISTINCT FROM r.survey_id
ORDER BY r.line, r.survey_id
