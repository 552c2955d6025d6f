-- Upsert the limits of what one agent may give in a month: the rows of the catalogue of gestures without a gesture. $1 the
-- rows, $2 the columns that the file has; the end of validity stays as stored if the file has no such column.
INSERT INTO month_limit AS t (valid_from, valid_to, limit_amount)
SELECT
  coalesce(r.valid_from, '-infinity'),
  CASE WHEN 'valid_to' = ANY ($2::text[]) THEN coalesce(r.valid_to, 'infinity') ELSE coalesce(o.valid_to, 'infinity') END,
  r.month_limit
FROM jsonb_to_recordset($1::jsonb) AS r (gesture text, month_limit numeric, valid_from date, valid_to date)
LEFT JOIN month_limit AS o ON o.valid_from = coalesce(r.valid_from, '-infinity')
WHERE r.gesture IS NULL
ON CONFLICT (valid_from) DO UPDATE
SET valid_to = excluded.valid_to, limit_amount = excluded.limit_amount
WHERE (t.valid_to, t.limit_amount) IS DISTINCT FROM (excluded.valid_to, excluded.limit_amount)
RETURNING json_build_array(NULL, t.valid_from)::text AS key, xmax = 0 AS inserted
