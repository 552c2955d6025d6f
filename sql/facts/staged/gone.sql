-- Copy the stored rows that are named, so that the marks of a correction apply to their deletion.
INSERT INTO ready_{table} ({columns})
SELECT s.*
FROM named_row AS n
JOIN source AS o ON o.code = n.source
JOIN {table} AS s ON s.source_id = o.source_id AND s.{id} = n.id
