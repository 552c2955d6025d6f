-- Upsert answer norms from a file. $1 the rows, $2 unused: all columns count.
INSERT INTO answer_norm AS t (channel_id, moment_id, valid_from, good_seconds, bad_seconds)
SELECT c.channel_id, coalesce(m.moment_id, 0), coalesce(r.valid_from, '-infinity'), r.good_seconds, r.bad_seconds
FROM jsonb_to_recordset($1::jsonb) AS r (channel text, moment text, valid_from date, good_seconds integer, bad_seconds integer)
JOIN channel AS c ON c.code = r.channel
LEFT JOIN moment AS m ON m.code = r.moment
WHERE cardinality($2::text[]) > 0
ON CONFLICT (channel_id, moment_id, valid_from) DO UPDATE
SET good_seconds = excluded.good_seconds, bad_seconds = excluded.bad_seconds
WHERE (t.good_seconds, t.bad_seconds) <> (excluded.good_seconds, excluded.bad_seconds)
RETURNING (t.channel_id, t.moment_id, t.valid_from)::text AS key, xmax = 0 AS inserted
