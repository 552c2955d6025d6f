-- Members of dimensions that a file names for the first time: by their codes, or from the rows of a batch.

-- name: sites
-- Add the sites that the rows of another dimension name for the first time. $1 are the codes, $2 is the zone that the
-- load was given.
INSERT INTO site (code, zone)
SELECT code, $2::text
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM site AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: partners
-- Add the partners that the rows of another dimension name for the first time. $1 are the codes.
INSERT INTO partner (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM partner AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: segments
-- Add the segments that the rows of another dimension name for the first time. $1 are the codes.
INSERT INTO segment (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM segment AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: moments
-- Add the moments that the rows of another dimension name for the first time. $1 are the codes.
INSERT INTO moment (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM moment AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: reasons
-- Add the reasons that the rows of a fact name for the first time. $1 are the codes.
INSERT INTO reason (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM reason AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: teams
-- Add the teams that the rows of another dimension name for the first time. $1 are the codes.
INSERT INTO team (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM team AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: agents
-- Add the agents that the rows of a fact name for the first time. $1 are the codes.
INSERT INTO agent (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM agent AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: customers
-- Add the customers that the rows of a fact name for the first time. $1 are the codes.
INSERT INTO customer (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM customer AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING

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

-- name: sites_of_contacts
-- Add the sites seen for the first time, in the zone $1 that the load was given.
INSERT INTO site (code, zone)
SELECT DISTINCT site, $1::text
FROM seen_contact
WHERE refused IS NULL AND site_id IS NULL
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: channels_of_contacts
-- Find the channels seen for the first time.
SELECT DISTINCT channel AS code
FROM seen_contact
WHERE refused IS NULL AND channel_id IS NULL
ORDER BY 1

-- name: segments_of_contacts
-- Add the segments seen for the first time.
INSERT INTO segment (code)
SELECT DISTINCT segment
FROM seen_contact
WHERE refused IS NULL AND segment_id IS NULL AND segment IS NOT NULL
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: moments_of_contacts
-- Add the moments seen for the first time.
INSERT INTO moment (code)
SELECT DISTINCT moment
FROM seen_contact
WHERE refused IS NULL AND moment_id IS NULL AND moment IS NOT NULL
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: reasons_of_contacts
-- Add the reasons seen for the first time, below the moment in their row.
INSERT INTO reason (code, moment_id)
SELECT s.reason, coalesce(max(m.moment_id), 0)
FROM seen_contact AS s
LEFT JOIN moment AS m ON m.code = s.moment
WHERE s.refused IS NULL AND s.reason_id IS NULL AND s.reason IS NOT NULL
GROUP BY s.reason
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: teams_of_contacts
-- Add the teams seen for the first time. A contact does not give their site, because it may have been answered at
-- another site than it was offered to.
INSERT INTO team (code)
SELECT DISTINCT team
FROM seen_contact
WHERE refused IS NULL AND team_id IS NULL AND team IS NOT NULL
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: agents_of_contacts
-- Add the agents seen for the first time, in the team of their latest row.
INSERT INTO agent (code, team_id)
SELECT DISTINCT ON (s.agent) s.agent, coalesce(t.team_id, 0)
FROM seen_contact AS s
LEFT JOIN team AS t ON t.code = s.team
WHERE s.refused IS NULL AND s.agent_id IS NULL AND s.agent IS NOT NULL
ORDER BY s.agent, t.team_id IS NULL, s.line DESC
ON CONFLICT (code) DO NOTHING

-- name: sites_of_legs
-- Add the sites seen for the first time, in the zone $1 that the load was given.
INSERT INTO site (code, zone)
SELECT DISTINCT site, $1::text
FROM ready_leg
WHERE refused IS NULL AND new_site
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: teams_of_legs
-- Add the teams seen for the first time, at the site that their leg names.
INSERT INTO team (code, site_id)
SELECT DISTINCT ON (l.team) l.team, coalesce(s.site_id, 0)
FROM ready_leg AS l
LEFT JOIN site AS s ON s.code = l.site
WHERE l.refused IS NULL AND l.new_team
ORDER BY l.team, s.site_id IS NULL, l.line DESC
ON CONFLICT (code) DO NOTHING

-- name: agents_of_legs
-- Add the agents seen for the first time, in the team of their latest leg.
INSERT INTO agent (code, team_id)
SELECT DISTINCT ON (l.agent) l.agent, coalesce(t.team_id, 0)
FROM ready_leg AS l
LEFT JOIN team AS t ON t.code = l.team
WHERE l.refused IS NULL AND l.new_agent
ORDER BY l.agent, t.team_id IS NULL, l.line DESC
ON CONFLICT (code) DO NOTHING
