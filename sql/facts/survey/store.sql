-- Store the surveys.
INSERT INTO survey SELECT * FROM placed_survey
