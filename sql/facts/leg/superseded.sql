-- Of several rows with one number in one contact, retain the last one.
DELETE FROM ready_leg
WHERE ctid IN (
  SELECT r.place
  FROM (
    SELECT ctid AS place, row_number() OVER (PARTITION BY source_id, contact_id, leg_number ORDER BY line DESC, ctid DESC) AS rank
    FROM ready_leg
  ) AS r
  WHERE r.rank > 1
)
