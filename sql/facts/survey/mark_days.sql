-- Mark the days whose figures these surveys change: the days that they enter and leave. Run before anything is stored.
INSERT INTO dirty_day (site_id, day, change)
SELECT site_id, day, 'survey' FROM placed_survey
UNION
SELECT s.site_id, s.day, 'survey'
FROM placed_survey AS r
JOIN survey_place AS p ON p.source_id = r.source_id AND p.survey_id = r.survey_id
JOIN survey AS s ON s.source_id = p.source_id AND s.survey_id = p.survey_id AND s.customer_id = p.customer_id AND s.day = p.day
