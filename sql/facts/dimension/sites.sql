-- Upsert sites from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. A new site
-- always has a zone.
INSERT INTO site AS t (code, label_en, label_fr, partner_id, zone)
SELECT
  r.site,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(CASE WHEN 'partner' = ANY ($2) THEN p.partner_id ELSE o.partner_id END, 0),
  coalesce(r.zone, o.zone)
FROM jsonb_to_recordset($1::jsonb) AS r (site text, label_en text, label_fr text, partner text, zone text)
LEFT JOIN partner AS p ON p.code = r.partner
LEFT JOIN site AS o ON o.code = r.site
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr, partner_id = excluded.partner_id, zone = excluded.zone
WHERE (t.label_en, t.label_fr, t.partner_id, t.zone)
  IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.partner_id, excluded.zone)
RETURNING code AS key, xmax = 0 AS inserted
