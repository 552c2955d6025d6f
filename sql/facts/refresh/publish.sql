-- Give the recomputed days a new version, and notify listeners with one message for each site. $1 sites, $2 days (in
-- pairs, in order).
WITH moved AS (
  SELECT nextval('data_version') AS version
),
dated AS (
  INSERT INTO day_version AS v (site_id, day, version, refreshed_at)
  SELECT d.site_id, d.day, m.version, now()
  FROM unnest($1::smallint[], $2::date[]) AS d (site_id, day)
  CROSS JOIN moved AS m
  ON CONFLICT (site_id, day) DO UPDATE SET version = excluded.version, refreshed_at = excluded.refreshed_at
)
SELECT pg_notify(
  'cadran_changed',
  json_build_object(
    'version', m.version,
    'site', d.site_id,
    'days', json_agg(d.day),
    'horizon', (SELECT s.horizon FROM data_state AS s),
    'seen', (SELECT l.seen FROM live_state AS l)
  )::text
)
FROM moved AS m
CROSS JOIN unnest($1::smallint[], $2::date[]) AS d (site_id, day)
GROUP BY m.version, d.site_id
