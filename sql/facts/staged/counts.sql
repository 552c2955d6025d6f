-- Count the new rows, the rows that replace others, and the rows with a time in a repeated hour. Return the months of
-- the rows.
SELECT
  count(*) FILTER (WHERE NOT e.known) AS loaded,
  count(*) FILTER (WHERE e.known) AS replaced,
  count(*) FILTER (WHERE r.ambiguous) AS ambiguous,
  coalesce(array_agg(DISTINCT date_trunc('month', {day})::date), '{{}}') AS months
FROM ready_{table} AS r
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM {table} AS s WHERE {same}) AS known) AS e
