-- The days whose steps changed are to be recomputed.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT c.site_id, c.day, 'step'
FROM changed_step AS c
