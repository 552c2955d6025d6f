-- The surveys themselves.
INSERT INTO survey SELECT * FROM placed_survey
