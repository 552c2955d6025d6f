-- Mark the cases that were open during a changed time and were resolved after its beginning. The open hours until their
-- resolution must be computed again (index given_case_site).
INSERT INTO dirty_case (source_id, case_id)
SELECT g.source_id, g.case_id
FROM changed_hours AS h
JOIN given_case AS g ON g.site_id = h.site_id AND g.opened_at < h.last_day + 1
WHERE g.resolved_at >= h.first_day
  OR EXISTS (
    SELECT FROM case_reopening AS r
    WHERE r.source_id = g.source_id
      AND r.case_id = g.case_id
      AND r.resolved_at >= h.first_day)
