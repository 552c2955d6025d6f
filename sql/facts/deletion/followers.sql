-- Copy the surveys that follow the deleted contacts (index survey_place_contact).
INSERT INTO placed_survey
SELECT s.*
FROM ready_contact AS r
JOIN survey_place AS p ON p.contact_source_id = r.source_id AND p.contact_id = r.contact_id
JOIN survey AS s ON s.source_id = p.source_id AND s.survey_id = p.survey_id AND s.customer_id = p.customer_id AND s.day = p.day
