-- Delete the open times that are no longer valid.
DELETE FROM open_span AS o
USING changed_hours AS h
WHERE o.site_id = h.site_id
