-- How did the batch read: rows refused, rows in a repeated hour, and the codes of customers and segments that are not known yet.
SELECT
  count(*) FILTER (WHERE refused IS NOT NULL) AS refused,
  count(*) FILTER (WHERE refused IS NULL AND ambiguous) AS ambiguous,
  coalesce(array_agg(DISTINCT segment) FILTER (WHERE refused IS NULL AND new_segment), '{}') AS segments,
  coalesce(array_agg(DISTINCT customer) FILTER (WHERE refused IS NULL AND new_customer), '{}') AS customers
FROM ready_survey
