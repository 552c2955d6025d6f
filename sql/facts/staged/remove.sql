-- The rows as they were before.
DELETE FROM {table} AS s
USING ready_{table} AS r
WHERE {same}
