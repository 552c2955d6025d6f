-- The rows themselves.
INSERT INTO {table} ({columns})
SELECT {columns} FROM ready_{table}
