-- Store the new places of the surveys.
INSERT INTO survey_place AS p (source_id, survey_id, customer_id, day, contact_source_id, contact_id)
SELECT source_id, survey_id, customer_id, day, contact_source_id, contact_id
FROM placed_survey
ON CONFLICT (source_id, survey_id) DO UPDATE
SET
  customer_id = excluded.customer_id, day = excluded.day, contact_source_id = excluded.contact_source_id, contact_id = excluded.contact_id
