-- Opening hours by their file, which tells all the hours of the sites it names: other hours of these are removed. $1 the rows, $2 unused.
WITH told AS (
  SELECT s.site_id, r.weekday, r.opens, r.closes
  FROM jsonb_to_recordset($1::jsonb) AS r (site text, weekday smallint, opens time, closes time)
  JOIN site AS s ON s.code = r.site
  WHERE cardinality($2::text[]) > 0
), removed AS (
  DELETE FROM opening AS o
  WHERE o.site_id IN (SELECT site_id FROM told)
    AND NOT EXISTS (SELECT FROM told AS t WHERE (t.site_id, t.weekday, t.opens) = (o.site_id, o.weekday, o.opens))
), stored AS (
  INSERT INTO opening AS t (site_id, weekday, opens, closes)
  SELECT site_id, weekday, opens, closes FROM told
  ON CONFLICT (site_id, weekday, opens) DO UPDATE
  SET closes = excluded.closes
  WHERE t.closes <> excluded.closes
  RETURNING (t.site_id, t.weekday, t.opens)::text AS key, xmax = 0 AS inserted
)
SELECT key, inserted FROM stored
