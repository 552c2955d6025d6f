-- Mark the days whose figures these rows change: the days that they enter and leave. Run before anything is stored.
INSERT INTO dirty_day (site_id, day)
SELECT site_id, day FROM ready_{table}
UNION
SELECT s.site_id, s.day
FROM ready_{table} AS r
JOIN {table} AS s ON {same}
