-- Mark the cases that stood open at a time that may be another now, and were resolved since its beginning: how long their site was open until
-- then is to be worked out anew (index given_case_site).
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
