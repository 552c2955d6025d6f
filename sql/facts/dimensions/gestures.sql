-- Upsert the gestures of the catalogue with their labels. $1 the rows, $2 the columns that the file has; labels that it
-- lacks stay as stored. A gesture may have several rows, one for each limit: its last row with a label gives the label.
-- The key is that of the gesture's last row.
INSERT INTO gesture AS t (code, label_en, label_fr)
SELECT
  r.gesture,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END
FROM (
  SELECT
    f.gesture,
    (array_agg(f.label_en ORDER BY f.position DESC) FILTER (WHERE f.label_en IS NOT NULL))[1] AS label_en,
    (array_agg(f.label_fr ORDER BY f.position DESC) FILTER (WHERE f.label_fr IS NOT NULL))[1] AS label_fr
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (gesture text, label_en text, label_fr text))
    WITH ORDINALITY AS f (gesture, label_en, label_fr, position)
  WHERE f.gesture IS NOT NULL
  GROUP BY f.gesture
) AS r
LEFT JOIN gesture AS o ON o.code = r.gesture
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr
WHERE (t.label_en, t.label_fr) IS DISTINCT FROM (excluded.label_en, excluded.label_fr)
RETURNING
  (
    SELECT json_build_array(t.code, max(coalesce(f.valid_from, '-infinity')))::text
    FROM jsonb_to_recordset($1::jsonb) AS f (gesture text, valid_from date)
    WHERE f.gesture = t.code
  ) AS key,
  xmax = 0 AS inserted
