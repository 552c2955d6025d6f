-- How far the data reach, and the version of each day.

-- name: data_state
-- Return how far the data reach, the last instant of which anything is known, the version of what figures read of the
-- directory, and the version of the whole directory. One row.
SELECT
  known_horizon() AS horizon,
  l.seen,
  d.directory_version,
  GREATEST(d.directory_version, d.shown_version) AS whole_version
FROM data_state AS d
CROSS JOIN live_state AS l

-- name: day_versions
-- Return the version at which each site's day was last recomputed. All rows are read, once per start of listening.
SELECT
  site_id,
  day,
  version
FROM day_version
