-- Delete the previous version of the surveys.
DELETE FROM survey AS s
USING placed_survey AS r, survey_place AS p
WHERE p.source_id = r.source_id
  AND p.survey_id = r.survey_id
  AND s.source_id = p.source_id
  AND s.survey_id = p.survey_id
  AND s.customer_id = p.customer_id
  AND s.day = p.day
