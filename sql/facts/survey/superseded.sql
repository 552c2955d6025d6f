-- Of several rows with one id, retain the last one.
DELETE FROM ready_survey
WHERE ctid IN (
  SELECT r.place
  FROM (
    SELECT ctid AS place, row_number() OVER (PARTITION BY source_id, survey_id ORDER BY line DESC, ctid DESC) AS rank
    FROM ready_survey
  ) AS r
  WHERE r.rank > 1
)
