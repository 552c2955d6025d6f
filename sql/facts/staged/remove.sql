-- Delete the previous version of the rows.
DELETE FROM {table} AS s
USING ready_{table} AS r
WHERE {same}
