-- Say what was recomputed: the version of each day, and to whoever listens.
WITH moved AS (
  SELECT nextval('data_version') AS version
),
dated AS (
  INSERT INTO day_version AS v (site_id, day, version, refreshed_at)
  SELECT $1::smallint, d.day, m.version, now()
  FROM unnest($2::date[]) AS d (day)
  CROSS JOIN moved AS m
  ON CONFLICT (site_id, day) DO UPDATE SET version = excluded.version, refreshed_at = excluded.refreshed_at
)
SELECT pg_notify(
  'cadran_changed',
  json_build_object(
    'version', m.version,
    'site', $1::smallint,
    'days', to_json($2::date[]),
    'horizon', (SELECT s.horizon FROM data_state AS s),
    'seen', (SELECT l.seen FROM live_state AS l)
  )::text
)
FROM moved AS m
