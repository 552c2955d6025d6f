-- Note every case, and every case that has left steps behind.
INSERT INTO touched_case
SELECT g.source_id, g.case_id FROM given_case AS g
UNION
SELECT s.source_id, s.case_id FROM case_step AS s
