-- Say what was recomputed, days $2 of sites $1 (in pairs, in order): the version of each day, and to whoever listens, a message for each site.
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
    'horizon', (SELECT s.horizon FROM data_state AS s)
  )::text
)
FROM moved AS m
CROSS JOIN unnest($1::smallint[], $2::date[]) AS d (site_id, day)
GROUP BY m.version, d.site_id
