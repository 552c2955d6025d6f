-- Give the dimensions a new version, announced at the end of the transaction. Days and dimensions share one sequence,
-- so the higher version is always the later one.
WITH changed AS (
  UPDATE data_state SET directory_version = nextval('data_version')
  RETURNING directory_version
)
SELECT pg_notify('cadran_changed', json_build_object('directory', directory_version)::text) FROM changed
