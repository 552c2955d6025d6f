-- Count the new surveys and the surveys that replace others. Return the months that they need.
SELECT
  count(*) FILTER (WHERE p.day IS NULL) AS loaded,
  count(p.day) AS replaced,
  coalesce(array_agg(DISTINCT date_trunc('month', r.day)::date), '{}') AS months
FROM placed_survey AS r
LEFT JOIN survey_place AS p ON p.source_id = r.source_id AND p.survey_id = r.survey_id
