-- What they have now.
INSERT INTO recovery_entry
SELECT f.* FROM fresh_entry AS f
