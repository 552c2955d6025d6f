-- Upsert moments from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored.
INSERT INTO moment AS t (code, label_en, label_fr, complaint)
SELECT
  r.moment,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(r.complaint, o.complaint, false)
FROM jsonb_to_recordset($1::jsonb) AS r (moment text, label_en text, label_fr text, complaint boolean)
LEFT JOIN moment AS o ON o.code = r.moment
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr, complaint = excluded.complaint
WHERE (t.label_en, t.label_fr, t.complaint) IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.complaint)
RETURNING code AS key, xmax = 0 AS inserted
