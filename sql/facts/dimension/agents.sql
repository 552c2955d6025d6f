-- Upsert agents from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. The stored
-- legs retain their team.
INSERT INTO agent AS t (code, label_en, label_fr, team_id, joined_on, left_on)
SELECT
  r.agent,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(CASE WHEN 'team' = ANY ($2) THEN p.team_id ELSE o.team_id END, 0),
  CASE WHEN 'joined_on' = ANY ($2) THEN r.joined_on ELSE o.joined_on END,
  CASE WHEN 'left_on' = ANY ($2) THEN r.left_on ELSE o.left_on END
FROM jsonb_to_recordset($1::jsonb) AS r (agent text, label_en text, label_fr text, team text, joined_on date, left_on date)
LEFT JOIN team AS p ON p.code = r.team
LEFT JOIN agent AS o ON o.code = r.agent
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET
  label_en = excluded.label_en, label_fr = excluded.label_fr, team_id = excluded.team_id, joined_on = excluded.joined_on,
  left_on = excluded.left_on
WHERE (t.label_en, t.label_fr, t.team_id, t.joined_on, t.left_on)
  IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.team_id, excluded.joined_on, excluded.left_on)
RETURNING code AS key, xmax = 0 AS inserted
