-- Delete the reopenings of the deleted cases.
DELETE FROM case_reopening AS r
USING named_row AS n
JOIN source AS o ON o.code = n.source
WHERE r.source_id = o.source_id
  AND r.case_id = n.id
