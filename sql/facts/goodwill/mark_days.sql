-- Mark the days whose figures these rows change, as staged.sql:mark_days does. Announce a new version of the directory
-- at the end of the transaction too: any day of the following year reads whether customers left with or without a
-- gesture.
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
