-- Of several rows with one key, retain the last one.
DELETE FROM ready_{table}
WHERE ctid IN (
  SELECT r.place
  FROM (
    SELECT ctid AS place, row_number() OVER (PARTITION BY {keys} ORDER BY line DESC, ctid DESC) AS rank
    FROM ready_{table}
  ) AS r
  WHERE r.rank > 1
)
