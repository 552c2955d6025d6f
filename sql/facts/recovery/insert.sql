-- Insert the present recovery entries.
INSERT INTO recovery_entry
SELECT f.* FROM fresh_entry AS f
