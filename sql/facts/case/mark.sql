-- The days whose cases changed are to be recomputed.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT c.site_id, c.day, 'case'
FROM changed_case AS c
