-- The days whose steps changed are to be recomputed.
INSERT INTO dirty_day (site_id, day)
SELECT DISTINCT c.site_id, c.day
FROM changed_step AS c
