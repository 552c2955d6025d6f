-- Mark the days whose steps changed for the refresh.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT c.site_id, c.day, 'step'
FROM changed_step AS c
