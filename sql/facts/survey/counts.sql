-- How many surveys are new and how many replace others, and which months they need.
SELECT
  count(*) FILTER (WHERE p.day IS NULL) AS loaded,
  count(p.day) AS replaced,
  coalesce(array_agg(DISTINCT date_trunc('month', r.day)::date), '{}') AS months
FROM placed_survey AS r
LEFT JOIN survey_place AS p ON p.source_id = r.source_id AND p.survey_id = r.survey_id
