-- Upsert partners from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored.
INSERT INTO partner AS t (code, label_en, label_fr)
SELECT
  r.partner,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END
FROM jsonb_to_recordset($1::jsonb) AS r (partner text, label_en text, label_fr text)
LEFT JOIN partner AS o ON o.code = r.partner
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr
WHERE (t.label_en, t.label_fr) IS DISTINCT FROM (excluded.label_en, excluded.label_fr)
RETURNING code AS key, xmax = 0 AS inserted
