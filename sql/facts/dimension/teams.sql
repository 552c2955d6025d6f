-- Upsert teams from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. The stored
-- legs retain their site.
INSERT INTO team AS t (code, label_en, label_fr, site_id)
SELECT
  r.team,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(CASE WHEN 'site' = ANY ($2) THEN p.site_id ELSE o.site_id END, 0)
FROM jsonb_to_recordset($1::jsonb) AS r (team text, label_en text, label_fr text, site text)
LEFT JOIN site AS p ON p.code = r.site
LEFT JOIN team AS o ON o.code = r.team
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr, site_id = excluded.site_id
WHERE (t.label_en, t.label_fr, t.site_id) IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.site_id)
RETURNING code AS key, xmax = 0 AS inserted
