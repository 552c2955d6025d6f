-- Remove the surveys that equal the stored ones, so that they are neither rewritten nor marked.
DELETE FROM placed_survey AS r
USING survey_place AS p, survey AS s
WHERE p.source_id = r.source_id
  AND p.survey_id = r.survey_id
  AND s.source_id = p.source_id
  AND s.survey_id = p.survey_id
  AND s.customer_id = p.customer_id
  AND s.day = p.day
  AND s = r
