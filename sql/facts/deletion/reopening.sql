-- Copy the named reopenings as they are stored, so that the marks of a correction apply to their deletion.
INSERT INTO ready_case_reopening (source_id, case_id, number, reopened_at, resolved_at, closed_at)
SELECT r.source_id, r.case_id, r.number, r.reopened_at, r.resolved_at, r.closed_at
FROM named_row AS n
JOIN source AS o ON o.code = n.source
JOIN case_reopening AS r ON r.source_id = o.source_id AND r.case_id = n.id AND r.number = n.number
