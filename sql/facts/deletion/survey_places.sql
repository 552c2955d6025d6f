-- Delete the places of these surveys.
DELETE FROM survey_place AS p
USING placed_survey AS r
WHERE p.source_id = r.source_id
  AND p.survey_id = r.survey_id
