-- Empty the table for a second reading, now that the codes are known.
TRUNCATE ready_{table}
