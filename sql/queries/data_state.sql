-- Return the horizon of the data, the last instant of which anything is known, and the version of the directory. One
-- row.
SELECT
  d.horizon,
  l.seen,
  d.directory_version
FROM data_state AS d
CROSS JOIN live_state AS l
