-- Find the named reopenings that must stay because a reopening that is not named follows them, and remove them from the
-- list (index case_reopening_pkey).
DELETE FROM named_row AS n
USING source AS o
WHERE o.code = n.source
  AND EXISTS (
    SELECT FROM case_reopening AS r
    WHERE r.source_id = o.source_id
      AND r.case_id = n.id
      AND r.number > n.number
      AND NOT EXISTS (SELECT FROM named_row AS m WHERE m.source = n.source AND m.id = n.id AND m.number = r.number)
  )
RETURNING n.source, n.id, n.number
