-- Where the rows of a file lie while they are judged: as text, and as read. A refused row may lack anything, so no column must be filled.
CREATE TEMP TABLE IF NOT EXISTS stage_{table} (line bigint, {staged});
CREATE TEMP TABLE IF NOT EXISTS ready_{table} AS
SELECT t.*, 0::bigint AS line, ''::text AS refused, false AS ambiguous, '{{}}'::text[] AS unknown
FROM {table} AS t
WITH NO DATA
