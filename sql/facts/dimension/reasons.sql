-- Upsert reasons from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. The stored
-- contacts retain their moment.
INSERT INTO reason AS t (code, label_en, label_fr, moment_id)
SELECT
  r.reason,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(CASE WHEN 'moment' = ANY ($2) THEN p.moment_id ELSE o.moment_id END, 0)
FROM jsonb_to_recordset($1::jsonb) AS r (reason text, label_en text, label_fr text, moment text)
LEFT JOIN moment AS p ON p.code = r.moment
LEFT JOIN reason AS o ON o.code = r.reason
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr, moment_id = excluded.moment_id
WHERE (t.label_en, t.label_fr, t.moment_id) IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.moment_id)
RETURNING code AS key, xmax = 0 AS inserted
