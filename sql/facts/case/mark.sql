-- Mark the days whose cases changed for the refresh.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT c.site_id, c.day, 'case'
FROM changed_case AS c
