-- Upsert instruments from a file. $1 the rows, $2 the columns that the file has; labels that it lacks stay as stored.
INSERT INTO instrument AS t (code, label_en, label_fr, kind, low, high, satisfied_from, dissatisfied_to, better)
SELECT
  r.instrument,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  r.kind, r.low, r.high, r.satisfied_from, r.dissatisfied_to, r.better
FROM jsonb_to_recordset($1::jsonb) AS r (
  instrument text, label_en text, label_fr text, kind text, low numeric(9, 3), high numeric(9, 3), satisfied_from numeric(9, 3),
  dissatisfied_to numeric(9, 3), better text)
LEFT JOIN instrument AS o ON o.code = r.instrument
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET
  label_en = excluded.label_en, label_fr = excluded.label_fr, kind = excluded.kind, low = excluded.low, high = excluded.high,
  satisfied_from = excluded.satisfied_from, dissatisfied_to = excluded.dissatisfied_to, better = excluded.better
WHERE (t.label_en, t.label_fr, t.kind, t.low, t.high, t.satisfied_from, t.dissatisfied_to, t.better) IS DISTINCT FROM (
  excluded.label_en, excluded.label_fr, excluded.kind, excluded.low, excluded.high, excluded.satisfied_from, excluded.dissatisfied_to,
  excluded.better)
RETURNING code AS key, xmax = 0 AS inserted
