-- The refresh: marks, locks, versions and statistics.

-- name: units
-- Find the months of sites with marked days, the longest waiting first, and their number of days (index
-- dirty_day_site).
SELECT d.site_id, date_trunc('month', d.day::timestamp)::date AS month, count(DISTINCT d.day)::int AS days
FROM dirty_day AS d
GROUP BY 1, 2
ORDER BY min(d.mark_id)
LIMIT $1

-- name: lock_units
-- Lock those of the sites $1 that no other worker holds, until the end of the transaction. $2 are the numbers of their
-- locks.
SELECT u.site_id
FROM unnest($1::smallint[], $2::int[]) AS u (site_id, number)
WHERE pg_try_advisory_xact_lock($3, u.number)

-- name: share_horizon
-- Lock the horizon against moves until the end of the transaction (session.sql:lock_horizon is the counterpart).
SELECT pg_advisory_xact_lock_shared(hashtext('cadran horizon'))

-- name: claim
-- Take the marks of a month of the sites $1. Facts that come later bring new marks.
WITH taken AS (
  DELETE FROM dirty_day AS d
  WHERE d.site_id = ANY ($1::smallint[])
    AND d.day >= $2
    AND d.day < ($2::date + interval '1 month')::date
  RETURNING d.site_id, d.day, d.change
)
SELECT DISTINCT t.site_id, t.day, t.change
FROM taken AS t
ORDER BY 1, 2, 3

-- name: publish
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
    'horizon', known_horizon(),
    'seen', (SELECT l.seen FROM live_state AS l)
  )::text
)
FROM moved AS m
CROSS JOIN unnest($1::smallint[], $2::date[]) AS d (site_id, day)
GROUP BY m.version, d.site_id

-- name: flow_state
-- Return whether the customer flow is up to date: the directory's version and the last customer, now and at the last
-- computation.
SELECT
  d.directory_version,
  COALESCE((SELECT max(c.customer_id) FROM customer AS c), 0) AS last_customer,
  d.directory_version = f.directory_version
    AND COALESCE((SELECT max(c.customer_id) FROM customer AS c), 0) = f.last_customer AS in_step
FROM data_state AS d
CROSS JOIN customer_flow_state AS f

-- name: unmeasured
-- Find the larger tables that have no statistics yet. Autovacuum makes statistics within a minute or so. Until then the
-- planner guesses, and with its guesses the queries about cases and their legs can take hours.
SELECT c.oid::regclass::text AS name
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r'
  AND c.relpersistence = 'p'
  AND c.reltuples < 0
  AND n.nspname = current_schema()
  AND pg_relation_size(c.oid) >= 65536
ORDER BY 1
