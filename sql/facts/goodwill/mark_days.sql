-- Mark the days whose figures these rows change, as staged/mark_days.sql does; and a new version of the directory, announced at the end of the
-- transaction: who left with or without a gesture in the year before is read from any day of that year.
WITH changed AS (
  UPDATE data_state SET directory_version = nextval('data_version')
  RETURNING pg_notify('cadran_changed', json_build_object('directory', directory_version)::text)
)
INSERT INTO dirty_day (site_id, day, change)
SELECT r.site_id, r.day, 'goodwill' FROM ready_goodwill AS r
UNION
SELECT s.site_id, s.day, 'goodwill'
FROM ready_goodwill AS r
JOIN goodwill AS s ON s.source_id = r.source_id AND s.goodwill_id = r.goodwill_id
