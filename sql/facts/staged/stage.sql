-- Make the tables for the rows of a file while they are checked: as text, and as read. A refused row may lack any
-- value, so all columns are nullable.
CREATE TEMP TABLE IF NOT EXISTS stage_{table} (line bigint, {staged});
CREATE TEMP TABLE IF NOT EXISTS ready_{table} AS
SELECT t.*, 0::bigint AS line, ''::text AS refused, false AS ambiguous, '{{}}'::text[] AS unknown
FROM {table} AS t
WITH NO DATA
