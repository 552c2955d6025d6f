-- Count the refused rows and the rows in a repeated hour, and return the unknown codes of segments and customers.
SELECT
  count(*) FILTER (WHERE refused IS NOT NULL) AS refused,
  count(*) FILTER (WHERE refused IS NULL AND ambiguous) AS ambiguous,
  coalesce(array_agg(DISTINCT segment) FILTER (WHERE refused IS NULL AND new_segment), '{}') AS segments,
  coalesce(array_agg(DISTINCT customer) FILTER (WHERE refused IS NULL AND new_customer), '{}') AS customers
FROM ready_survey
