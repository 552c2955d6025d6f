-- How far the data reach, the last instant that anything is known of, and the version of the directory. One row.
SELECT
  d.horizon,
  l.seen,
  d.directory_version
FROM data_state AS d
CROSS JOIN live_state AS l
