-- Upsert annotations from a file. $1 the rows, $2 the columns that the file has; labels that it lacks stay as stored. A
-- time with an offset is stored as the local time of the row's site.
INSERT INTO annotation AS t (code, kind, starts, ends, site_id, partner_id, channel_id, segment_id, label_en, label_fr)
SELECT
  r.annotation, r.kind,
  CASE WHEN r."start" ~ '(Z|[+-]\d\d:\d\d)$' THEN r."start"::timestamptz AT TIME ZONE s.zone ELSE r."start"::timestamp END,
  CASE WHEN r."end" ~ '(Z|[+-]\d\d:\d\d)$' THEN r."end"::timestamptz AT TIME ZONE s.zone ELSE r."end"::timestamp END,
  coalesce(s.site_id, 0), coalesce(p.partner_id, 0), coalesce(c.channel_id, 0), coalesce(g.segment_id, 0),
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END
FROM jsonb_to_recordset($1::jsonb) AS r (
  annotation text, kind text, "start" text, "end" text, site text, partner text, channel text, segment text, label_en text, label_fr text)
LEFT JOIN site AS s ON s.code = r.site
LEFT JOIN partner AS p ON p.code = r.partner
LEFT JOIN channel AS c ON c.code = r.channel
LEFT JOIN segment AS g ON g.code = r.segment
LEFT JOIN annotation AS o ON o.code = r.annotation
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET
  kind = excluded.kind, starts = excluded.starts, ends = excluded.ends, site_id = excluded.site_id, partner_id = excluded.partner_id,
  channel_id = excluded.channel_id, segment_id = excluded.segment_id, label_en = excluded.label_en, label_fr = excluded.label_fr
WHERE (t.kind, t.starts, t.ends, t.site_id, t.partner_id, t.channel_id, t.segment_id, t.label_en, t.label_fr) IS DISTINCT FROM (
  excluded.kind, excluded.starts, excluded.ends, excluded.site_id, excluded.partner_id, excluded.channel_id, excluded.segment_id,
  excluded.label_en, excluded.label_fr)
RETURNING code AS key, xmax = 0 AS inserted
