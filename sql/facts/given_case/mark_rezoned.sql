-- Mark the cases of the sites $1 (codes), whose zone changed.
INSERT INTO dirty_case (source_id, case_id)
SELECT g.source_id, g.case_id
FROM given_case AS g
JOIN site AS s ON s.site_id = g.site_id
WHERE s.code = ANY ($1::text[])
