-- How many rows are new and how many replace others, how many have a time in a repeated hour, and which months they belong to.
SELECT
  count(*) FILTER (WHERE NOT e.known) AS loaded,
  count(*) FILTER (WHERE e.known) AS replaced,
  count(*) FILTER (WHERE r.ambiguous) AS ambiguous,
  coalesce(array_agg(DISTINCT date_trunc('month', {day})::date), '{{}}') AS months
FROM ready_{table} AS r
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM {table} AS s WHERE {same}) AS known) AS e
