-- Of several rows with one id, retain the last one.
WITH repeated AS (
  SELECT source_id, contact_id
  FROM seen_contact
  GROUP BY source_id, contact_id
  HAVING count(*) > 1
), ranked AS (
  SELECT s.ctid AS place, row_number() OVER (PARTITION BY s.source_id, s.contact_id ORDER BY s.line DESC, s.ctid DESC) AS rank
  FROM seen_contact AS s
  JOIN repeated USING (source_id, contact_id)
)
DELETE FROM seen_contact
WHERE ctid IN (SELECT place FROM ranked WHERE rank > 1)
