-- The legs themselves.
INSERT INTO leg SELECT * FROM whole_leg
