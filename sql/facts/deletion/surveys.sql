-- Copy the named surveys as they are stored.
INSERT INTO placed_survey
SELECT s.*
FROM named_row AS n
JOIN source AS o ON o.code = n.source
JOIN survey_place AS p ON p.source_id = o.source_id AND p.survey_id = n.id
JOIN survey AS s ON s.source_id = p.source_id AND s.survey_id = p.survey_id AND s.customer_id = p.customer_id AND s.day = p.day
