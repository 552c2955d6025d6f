-- Upsert customers from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. A customer
-- may have several rows, one for each date from which something is known. The last row gives the master data.
-- customer_segments.sql stores the segments, which have a history.
INSERT INTO customer AS t (code, joined_on, churned_on)
SELECT DISTINCT ON (r.customer)
  r.customer,
  CASE WHEN 'joined_on' = ANY ($2::text[]) THEN r.joined_on ELSE o.joined_on END,
  CASE WHEN 'churned_on' = ANY ($2) THEN r.churned_on ELSE o.churned_on END
FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (customer text, joined_on date, churned_on date))
  WITH ORDINALITY AS r (customer, joined_on, churned_on, position)
LEFT JOIN customer AS o ON o.code = r.customer
ORDER BY r.customer, r.position DESC
ON CONFLICT (code) DO UPDATE
SET joined_on = excluded.joined_on, churned_on = excluded.churned_on
WHERE (t.joined_on, t.churned_on) IS DISTINCT FROM (excluded.joined_on, excluded.churned_on)
RETURNING code AS key, xmax = 0 AS inserted
