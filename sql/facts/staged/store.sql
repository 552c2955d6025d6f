-- Store the rows.
INSERT INTO {table} ({columns})
SELECT {columns} FROM ready_{table}
