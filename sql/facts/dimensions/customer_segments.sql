-- Store the segments of customers from a file, each from a day on. $1 the rows, $2 the columns that the file has. A
-- customer whose segment never changed has no history. The history begins with the first dated segment, and includes
-- the segment known before. The last segment of a history is the customer's present segment.
WITH told AS MATERIALIZED (
  SELECT DISTINCT ON (c.customer_id, w.valid_from)
    c.customer_id, c.segment_id AS before, w.valid_from, coalesce(s.segment_id, 0) AS segment_id
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (customer text, segment text, segment_from date))
    WITH ORDINALITY AS r (customer, segment, segment_from, position)
  JOIN customer AS c ON c.code = r.customer
  LEFT JOIN segment AS s ON s.code = r.segment
  CROSS JOIN LATERAL (SELECT coalesce(r.segment_from, '-infinity') AS valid_from) AS w
  WHERE 'segment' = ANY ($2::text[])
  ORDER BY c.customer_id, w.valid_from, r.position DESC
), stored AS MATERIALIZED (
  SELECT h.customer_id, h.valid_from, h.segment_id
  FROM customer_segment AS h
  WHERE h.customer_id IN (SELECT t.customer_id FROM told AS t)
), changing AS MATERIALIZED (
  SELECT t.customer_id FROM told AS t WHERE t.valid_from > '-infinity'
  UNION
  SELECT h.customer_id FROM stored AS h
), wanted AS MATERIALIZED (
  SELECT t.customer_id, t.valid_from, t.segment_id
  FROM told AS t
  JOIN changing AS g ON g.customer_id = t.customer_id
  UNION ALL
  SELECT DISTINCT t.customer_id, date '-infinity', t.before
  FROM told AS t
  JOIN changing AS g ON g.customer_id = t.customer_id
  WHERE NOT EXISTS (SELECT FROM stored AS h WHERE h.customer_id = t.customer_id)
    AND NOT EXISTS (SELECT FROM told AS o WHERE o.customer_id = t.customer_id AND o.valid_from = '-infinity')
), kept AS (
  INSERT INTO customer_segment AS h (customer_id, valid_from, segment_id)
  SELECT w.customer_id, w.valid_from, w.segment_id
  FROM wanted AS w
  ON CONFLICT (customer_id, valid_from) DO UPDATE
  SET segment_id = excluded.segment_id
  WHERE h.segment_id <> excluded.segment_id
  RETURNING h.customer_id
), latest AS (
  SELECT DISTINCT ON (e.customer_id) e.customer_id, e.segment_id
  FROM (
    SELECT w.customer_id, w.valid_from, w.segment_id, 1 AS newer FROM wanted AS w
    UNION ALL
    SELECT h.customer_id, h.valid_from, h.segment_id, 0 FROM stored AS h
    UNION ALL
    SELECT t.customer_id, t.valid_from, t.segment_id, 1 FROM told AS t
  ) AS e
  ORDER BY e.customer_id, e.valid_from DESC, e.newer DESC
), moved AS (
  UPDATE customer AS c
  SET segment_id = l.segment_id
  FROM latest AS l
  WHERE l.customer_id = c.customer_id
    AND l.segment_id <> c.segment_id
  RETURNING c.customer_id
)
SELECT c.code AS key, false AS inserted
FROM customer AS c
WHERE c.customer_id IN (SELECT k.customer_id FROM kept AS k UNION SELECT m.customer_id FROM moved AS m)
