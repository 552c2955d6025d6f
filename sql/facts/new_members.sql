-- Members of dimensions that a file names for the first time, by their codes.

-- name: spellings
-- Return the stored spelling of each code of a dimension, if one is stored that differs in case at most: the same
-- spelling first. $1 are the dimensions, $2 the codes.
WITH stored AS (
  SELECT 'partner' AS dimension, code FROM partner
  UNION ALL
  SELECT 'site' AS dimension, code FROM site
  UNION ALL
  SELECT 'team' AS dimension, code FROM team
  UNION ALL
  SELECT 'agent' AS dimension, code FROM agent
  UNION ALL
  SELECT 'segment' AS dimension, code FROM segment
  UNION ALL
  SELECT 'channel' AS dimension, code FROM channel
  UNION ALL
  SELECT 'moment' AS dimension, code FROM moment
  UNION ALL
  SELECT 'reason' AS dimension, code FROM reason
  UNION ALL
  SELECT 'queue' AS dimension, code FROM queue
  UNION ALL
  SELECT 'gesture' AS dimension, code FROM gesture
)
SELECT DISTINCT ON (n.dimension, n.code) n.dimension, n.code, o.code AS stored
FROM unnest($1::text[], $2::text[]) AS n (dimension, code)
JOIN stored AS o ON o.dimension = n.dimension AND fold_code(o.code) = fold_code(n.code)
ORDER BY n.dimension, n.code, o.code <> n.code, o.code

-- name: sites
-- Add the sites that rows name for the first time. $1 are the codes, $2 is the zone that the load was given.
INSERT INTO site (code, zone)
SELECT code, $2::text
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM site AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: partners
-- Add the partners that rows name for the first time. $1 are the codes.
INSERT INTO partner (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM partner AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: segments
-- Add the segments that rows name for the first time. $1 are the codes.
INSERT INTO segment (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM segment AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: moments
-- Add the moments that rows name for the first time. $1 are the codes.
INSERT INTO moment (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM moment AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: reasons
-- Add the reasons that rows name for the first time. $1 are the codes, $2 the codes of their moments (or null).
INSERT INTO reason (code, moment_id)
SELECT n.code, coalesce(p.moment_id, 0)
FROM unnest($1::text[], $2::text[]) AS n (code, parent)
LEFT JOIN moment AS p ON p.code = n.parent
WHERE NOT EXISTS (SELECT FROM reason AS o WHERE o.code = n.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: gestures
-- Add the gestures that rows name for the first time. $1 are the codes. They have no limit until the catalogue gives one.
INSERT INTO gesture (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM gesture AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: teams
-- Add the teams that rows name for the first time. $1 are the codes, $2 the codes of their sites (or null).
INSERT INTO team (code, site_id)
SELECT n.code, coalesce(p.site_id, 0)
FROM unnest($1::text[], $2::text[]) AS n (code, parent)
LEFT JOIN site AS p ON p.code = n.parent
WHERE NOT EXISTS (SELECT FROM team AS o WHERE o.code = n.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: agents
-- Add the agents that rows name for the first time. $1 are the codes, $2 the codes of their teams (or null).
INSERT INTO agent (code, team_id)
SELECT n.code, coalesce(p.team_id, 0)
FROM unnest($1::text[], $2::text[]) AS n (code, parent)
LEFT JOIN team AS p ON p.code = n.parent
WHERE NOT EXISTS (SELECT FROM agent AS o WHERE o.code = n.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: customers
-- Add the customers that rows name for the first time. $1 are the codes, $2 the codes of their segments (or null).
INSERT INTO customer (code, segment_id)
SELECT n.code, coalesce(p.segment_id, 0)
FROM unnest($1::text[], $2::text[]) AS n (code, parent)
LEFT JOIN segment AS p ON p.code = n.parent
WHERE NOT EXISTS (SELECT FROM customer AS o WHERE o.code = n.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: lock_values
-- Let no other load add values until the end of the transaction, because the new ones are numbered and counted.
SELECT pg_advisory_xact_lock(hashtext('cadran values'))

-- name: values
-- Add the values of the dimension $1 that rows name for the first time, as many as fit: no dimension has more than $3
-- members. $2 are the values. Of several spellings that differ in case only, the first one is added.
INSERT INTO dimension_value (dimension, value_id, code)
SELECT $1, b.last + n.rank, n.code
FROM (
  SELECT d.code, row_number() OVER (ORDER BY d.code) AS rank
  FROM (SELECT DISTINCT ON (fold_code(g.code)) g.code FROM unnest($2::text[]) AS g (code) ORDER BY fold_code(g.code), g.code) AS d
  WHERE NOT EXISTS (SELECT FROM dimension_value AS v WHERE v.dimension = $1 AND fold_code(v.code) = fold_code(d.code))
) AS n
CROSS JOIN (SELECT count(*) AS members, coalesce(max(v.value_id), 0) AS last FROM dimension_value AS v WHERE v.dimension = $1) AS b
WHERE b.members + n.rank <= $3::int

-- name: overflow
-- Make or flag the member "other" of the dimension $1 if it had no room for one of the values $2: this member counts for
-- them, and for all later ones.
INSERT INTO dimension_value (dimension, value_id, code, label_en, label_fr, overflow)
SELECT $1, max(o.value_id) + 1, 'other', 'Other', 'Autre', true
FROM dimension_value AS o
WHERE o.dimension = $1
HAVING EXISTS (
  SELECT FROM unnest($2::text[]) AS n (code)
  WHERE NOT EXISTS (SELECT FROM dimension_value AS v WHERE v.dimension = $1 AND fold_code(v.code) = fold_code(n.code))
)
ON CONFLICT (dimension, fold_code(code)) DO UPDATE SET overflow = true

-- name: full
-- Return the dimensions whose further values count as "other".
SELECT v.dimension FROM dimension_value AS v WHERE v.overflow

-- name: channel
-- Add a channel seen for the first time: $1 code, $2 $3 labels, $4 kind, $5 asynchronous.
INSERT INTO channel (code, label_en, label_fr, kind, asynchronous)
SELECT $1::text, $2::text, $3::text, $4::text, $5::boolean
WHERE NOT EXISTS (SELECT FROM channel WHERE code = $1)
ON CONFLICT (code) DO NOTHING
RETURNING channel_id

-- name: answer_norm
-- Add the usual answer norm of a new channel: $1 channel, $2 good, $3 bad, in seconds.
INSERT INTO answer_norm (channel_id, good_seconds, bad_seconds)
VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING

-- name: queues
-- Add the queues that rows name for the first time. $1 are the codes.
INSERT INTO queue (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM queue AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING
