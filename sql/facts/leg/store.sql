-- Store the legs.
INSERT INTO leg SELECT * FROM whole_leg
