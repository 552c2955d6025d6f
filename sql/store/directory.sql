-- The directory: the members of all dimensions, and the reference data that belongs to them.

-- name: members
-- Return every member of every dimension, with its parent. Small tables, read as a whole.
SELECT 'partner' AS dimension, p.partner_id::int AS member_id, p.code, p.label_en, p.label_fr, 0 AS parent FROM partner AS p
UNION ALL
SELECT 'site', s.site_id, s.code, s.label_en, s.label_fr, s.partner_id FROM site AS s
UNION ALL
SELECT 'team', t.team_id, t.code, t.label_en, t.label_fr, t.site_id FROM team AS t
UNION ALL
SELECT 'agent', a.agent_id, a.code, a.label_en, a.label_fr, a.team_id FROM agent AS a
UNION ALL
SELECT 'segment', g.segment_id, g.code, g.label_en, g.label_fr, 0 FROM segment AS g
UNION ALL
SELECT 'channel', c.channel_id, c.code, c.label_en, c.label_fr, 0 FROM channel AS c
UNION ALL
SELECT 'moment', m.moment_id, m.code, m.label_en, m.label_fr, 0 FROM moment AS m
UNION ALL
SELECT 'reason', r.reason_id, r.code, r.label_en, r.label_fr, r.moment_id FROM reason AS r
UNION ALL
SELECT 'queue', q.queue_id, q.code, q.label_en, q.label_fr, 0 FROM queue AS q
UNION ALL
SELECT 'gesture', g.gesture_id, g.code, g.label_en, g.label_fr, 0 FROM gesture AS g
UNION ALL
SELECT v.dimension, v.value_id, v.code, v.label_en, v.label_fr, 0 FROM dimension_value AS v
ORDER BY 1, 3

-- name: kinds
-- Return the properties of sites, channels and moments apart from their names: zones, kinds, complaints. And the full
-- dimensions.
SELECT 'zone' AS kind, s.site_id AS member_id, s.zone AS value FROM site AS s
UNION ALL
SELECT c.kind, c.channel_id, '' FROM channel AS c
UNION ALL
SELECT 'asynchronous', c.channel_id, '' FROM channel AS c WHERE c.asynchronous
UNION ALL
SELECT 'complaint', m.moment_id, '' FROM moment AS m WHERE m.complaint
UNION ALL
SELECT 'full', v.value_id, v.dimension FROM dimension_value AS v WHERE v.overflow

-- name: openings
-- Return the weekdays on which sites open, within the years that calendars are followed (as open_spans_of does). A
-- small table, read as a whole.
SELECT DISTINCT
  o.site_id::int, o.weekday::int, greatest(o.valid_from, DATE '1990-01-01') AS first_day, least(o.valid_to, DATE '2050-01-01') AS end_day
FROM opening AS o
ORDER BY 1, 2, 3

-- name: closings
-- Return the days whose hours are not those of their weekday, and whether the site opens on them. A small table, read
-- as a whole.
SELECT c.site_id::int, c.day, bool_or(c.opens IS NOT NULL) AS opens
FROM closing AS c
GROUP BY 1, 2

-- name: answer_norms
-- Return the answer norms of the channels, oldest first.
SELECT n.channel_id, n.moment_id, NULLIF(n.valid_from, '-infinity') AS valid_from, n.good_seconds, n.bad_seconds
FROM answer_norm AS n
ORDER BY n.channel_id, n.moment_id, n.valid_from

-- name: queue_norms
-- Return the answer norms of the queues that have one. A small table, read as a whole.
SELECT q.queue_id, q.good_seconds, q.bad_seconds
FROM queue AS q
WHERE q.bad_seconds IS NOT NULL
ORDER BY q.queue_id

-- name: interval_days
-- Return the first and the last day with intervals of each site that has any (index interval_count_site_day).
SELECT s.site_id, d.first_day, d.last_day
FROM site AS s
CROSS JOIN LATERAL (
  SELECT
    (SELECT i.day FROM interval_count AS i WHERE i.site_id = s.site_id ORDER BY i.day LIMIT 1) AS first_day,
    (SELECT i.day FROM interval_count AS i WHERE i.site_id = s.site_id ORDER BY i.day DESC LIMIT 1) AS last_day
) AS d
WHERE d.first_day IS NOT NULL
ORDER BY s.site_id

-- name: shared_agents
-- Return whether an agent may serve several queues: directly, by the team, or by both. A small table, read as a whole.
SELECT EXISTS (
  SELECT
  FROM (
    SELECT q.agent_id, q.queue_id FROM queue_assignment AS q WHERE q.agent_id <> 0
    UNION
    SELECT a.agent_id, q.queue_id FROM queue_assignment AS q JOIN agent AS a ON a.team_id = q.team_id WHERE q.team_id <> 0
  ) AS s
  GROUP BY s.agent_id
  HAVING count(*) > 1
) AS shared

-- name: instruments
-- Return every instrument with its scale. A small table, read as a whole.
SELECT
  i.instrument_id::int, i.code, i.kind, i.low::float8, i.high::float8, i.satisfied_from::float8, i.dissatisfied_to::float8, i.better
FROM instrument AS i
ORDER BY i.instrument_id

-- name: gesture_limits
-- Return the limits of the gestures of the catalogue, oldest first; as gesture 0 those of what one agent may give in a
-- month. Small tables, read as a whole.
SELECT
  t.gesture_id::int, NULLIF(t.valid_from, '-infinity') AS valid_from, NULLIF(t.valid_to, 'infinity') AS valid_to, t.limit_amount
FROM (
  SELECT g.gesture_id, g.valid_from, g.valid_to, g.limit_amount FROM gesture_limit AS g
  UNION ALL
  SELECT 0, m.valid_from, m.valid_to, m.limit_amount FROM month_limit AS m
) AS t
ORDER BY t.gesture_id, t.valid_from

-- name: employed
-- Return when agents joined and left (last day included), for agents of whom either is known. A small table, read as a
-- whole.
SELECT a.agent_id, coalesce(a.joined_on, '-infinity') AS joined_on, coalesce(a.left_on, 'infinity') AS left_on
FROM agent AS a
WHERE a.joined_on IS NOT NULL OR a.left_on IS NOT NULL

-- name: targets
-- Return every target with its scope. A small table, read as a whole.
SELECT
  t.metric, t.site_id AS site, t.partner_id AS partner, t.team_id AS team, t.segment_id AS segment, t.channel_id AS channel, t.moment_id AS moment,
  t.queue_id AS queue,
  NULLIF(t.valid_from, '-infinity') AS valid_from, NULLIF(t.valid_to, 'infinity') AS valid_to, t.target, t.warning, t.bad
FROM target AS t
ORDER BY t.metric, t.valid_from

-- name: annotations
-- Return every annotation with its scope, oldest first. A small table, read as a whole.
SELECT
  a.code, a.kind, a.starts, a.ends, a.site_id AS site, a.partner_id AS partner, a.channel_id AS channel, a.segment_id AS segment,
  a.label_en, a.label_fr
FROM annotation AS a
ORDER BY a.starts, a.code

-- name: directory_changed
-- Give the dimensions a new version, announced at the end of the transaction. Days and dimensions share one sequence,
-- so the higher version is always the later one. $1 names the parts that changed, if no figure depends on them
-- (engine/versions.py, DirectoryPart), or is null. A wait threshold that is named for the first time changes figures: it
-- is exact from now on. nextval stands in SET, so that it is called once the row is locked.
-- data_state is locked first, as by every load: two transactions that name one threshold wait for each other there only.
WITH noted AS (
  INSERT INTO wait_threshold (seconds)
  SELECT n.seconds FROM named_threshold AS n CROSS JOIN (SELECT FROM data_state FOR UPDATE) AS locked
  ON CONFLICT DO NOTHING
  RETURNING seconds
),
given AS (
  SELECT CASE WHEN EXISTS (SELECT FROM noted) THEN NULL ELSE $1::text[] END AS parts
),
changed AS (
  UPDATE data_state SET
    directory_version = CASE WHEN (SELECT g.parts FROM given AS g) IS NULL THEN nextval('data_version') ELSE directory_version END,
    shown_version = CASE WHEN (SELECT g.parts FROM given AS g) IS NULL THEN shown_version ELSE nextval('data_version') END
  RETURNING GREATEST(directory_version, shown_version) AS version
)
SELECT pg_notify('cadran_changed', json_build_object('directory', c.version, 'parts', g.parts)::text)
FROM changed AS c
CROSS JOIN given AS g
