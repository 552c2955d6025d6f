-- How far the data reach, and the version of the directory. One row.
SELECT
  horizon,
  directory_version
FROM data_state
