-- A new version of the dimensions, announced at the end of the transaction.
WITH changed AS (
  UPDATE data_state SET directory_version = directory_version + 1
  RETURNING directory_version
)
SELECT pg_notify('cadran_changed', json_build_object('directory', directory_version)::text) FROM changed
