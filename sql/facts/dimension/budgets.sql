-- Upsert budgets from a file. $1 the rows, $2 unused: all columns count.
INSERT INTO budget AS t (site_id, month, amount)
SELECT s.site_id, r.month, r.amount
FROM jsonb_to_recordset($1::jsonb) AS r (site text, month date, amount numeric)
JOIN site AS s ON s.code = r.site
WHERE cardinality($2::text[]) > 0
ON CONFLICT (site_id, month) DO UPDATE
SET amount = excluded.amount
WHERE t.amount <> excluded.amount
RETURNING (t.site_id, t.month)::text AS key, xmax = 0 AS inserted
