-- Update channels from a file. New ones have been added already, as their code or kind suggests. $1 the rows, $2 the
-- columns that the file has.
UPDATE channel AS t
SET label_en = n.label_en, label_fr = n.label_fr, kind = n.kind, asynchronous = n.asynchronous
FROM (
  SELECT
    o.code,
    CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END AS label_en,
    CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END AS label_fr,
    coalesce(r.kind, o.kind) AS kind,
    coalesce(r.asynchronous, o.asynchronous) AS asynchronous
  FROM jsonb_to_recordset($1::jsonb) AS r (channel text, label_en text, label_fr text, kind text, asynchronous boolean)
  JOIN channel AS o ON o.code = r.channel
) AS n
WHERE t.code = n.code
  AND (t.label_en, t.label_fr, t.kind, t.asynchronous) IS DISTINCT FROM (n.label_en, n.label_fr, n.kind, n.asynchronous)
RETURNING t.code AS key, false AS inserted
