-- Upsert the limits of gestures, once the gestures are stored. $1 the rows, $2 the columns that the file has; the limit and
-- the end of validity stay as stored if the file has no such column. A file with labels only adds no limit to a gesture
-- that has one already.
INSERT INTO gesture_limit AS t (gesture_id, valid_from, valid_to, limit_amount)
SELECT
  g.gesture_id,
  coalesce(r.valid_from, '-infinity'),
  CASE WHEN 'valid_to' = ANY ($2::text[]) THEN coalesce(r.valid_to, 'infinity') ELSE coalesce(o.valid_to, 'infinity') END,
  CASE WHEN 'limit' = ANY ($2) THEN r."limit" ELSE o.limit_amount END
FROM jsonb_to_recordset($1::jsonb) AS r (gesture text, "limit" numeric, valid_from date, valid_to date)
JOIN gesture AS g ON g.code = r.gesture
LEFT JOIN gesture_limit AS o ON o.gesture_id = g.gesture_id AND o.valid_from = coalesce(r.valid_from, '-infinity')
WHERE $2 && ARRAY['limit', 'valid_from', 'valid_to']
  OR NOT EXISTS (SELECT FROM gesture_limit AS e WHERE e.gesture_id = g.gesture_id)
ON CONFLICT (gesture_id, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, limit_amount = excluded.limit_amount
WHERE (t.valid_to, t.limit_amount) IS DISTINCT FROM (excluded.valid_to, excluded.limit_amount)
RETURNING
  (SELECT json_build_array(g.code, t.valid_from)::text FROM gesture AS g WHERE g.gesture_id = t.gesture_id) AS key, xmax = 0 AS inserted
