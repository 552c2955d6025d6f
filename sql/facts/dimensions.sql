-- Dimensions and reference data: one upsert for each kind. The larger ones are in dimensions/.

-- name: partners
-- Upsert partners from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored.
INSERT INTO partner AS t (code, label_en, label_fr)
SELECT
  r.partner,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END
FROM jsonb_to_recordset($1::jsonb) AS r (partner text, label_en text, label_fr text)
LEFT JOIN partner AS o ON o.code = r.partner
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr
WHERE (t.label_en, t.label_fr) IS DISTINCT FROM (excluded.label_en, excluded.label_fr)
RETURNING code AS key, xmax = 0 AS inserted

-- name: sites
-- Upsert sites from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. A new site
-- always has a zone.
INSERT INTO site AS t (code, label_en, label_fr, partner_id, zone)
SELECT
  r.site,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(CASE WHEN 'partner' = ANY ($2) THEN p.partner_id ELSE o.partner_id END, 0),
  coalesce(r.zone, o.zone)
FROM jsonb_to_recordset($1::jsonb) AS r (site text, label_en text, label_fr text, partner text, zone text)
LEFT JOIN partner AS p ON p.code = r.partner
LEFT JOIN site AS o ON o.code = r.site
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr, partner_id = excluded.partner_id, zone = excluded.zone
WHERE (t.label_en, t.label_fr, t.partner_id, t.zone)
  IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.partner_id, excluded.zone)
RETURNING code AS key, xmax = 0 AS inserted

-- name: teams
-- Upsert teams from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. The stored
-- legs retain their site.
INSERT INTO team AS t (code, label_en, label_fr, site_id)
SELECT
  r.team,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(CASE WHEN 'site' = ANY ($2) THEN p.site_id ELSE o.site_id END, 0)
FROM jsonb_to_recordset($1::jsonb) AS r (team text, label_en text, label_fr text, site text)
LEFT JOIN site AS p ON p.code = r.site
LEFT JOIN team AS o ON o.code = r.team
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr, site_id = excluded.site_id
WHERE (t.label_en, t.label_fr, t.site_id) IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.site_id)
RETURNING code AS key, xmax = 0 AS inserted

-- name: agents
-- Upsert agents from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. The stored
-- legs retain their team.
INSERT INTO agent AS t (code, label_en, label_fr, team_id, joined_on, left_on)
SELECT
  r.agent,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(CASE WHEN 'team' = ANY ($2) THEN p.team_id ELSE o.team_id END, 0),
  CASE WHEN 'joined_on' = ANY ($2) THEN r.joined_on ELSE o.joined_on END,
  CASE WHEN 'left_on' = ANY ($2) THEN r.left_on ELSE o.left_on END
FROM jsonb_to_recordset($1::jsonb) AS r (agent text, label_en text, label_fr text, team text, joined_on date, left_on date)
LEFT JOIN team AS p ON p.code = r.team
LEFT JOIN agent AS o ON o.code = r.agent
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET
  label_en = excluded.label_en, label_fr = excluded.label_fr, team_id = excluded.team_id, joined_on = excluded.joined_on,
  left_on = excluded.left_on
WHERE (t.label_en, t.label_fr, t.team_id, t.joined_on, t.left_on)
  IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.team_id, excluded.joined_on, excluded.left_on)
RETURNING code AS key, xmax = 0 AS inserted

-- name: segments
-- Upsert segments from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored.
INSERT INTO segment AS t (code, label_en, label_fr)
SELECT
  r.segment,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END
FROM jsonb_to_recordset($1::jsonb) AS r (segment text, label_en text, label_fr text)
LEFT JOIN segment AS o ON o.code = r.segment
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr
WHERE (t.label_en, t.label_fr) IS DISTINCT FROM (excluded.label_en, excluded.label_fr)
RETURNING code AS key, xmax = 0 AS inserted

-- name: channels
-- Update channels from a file. New ones have been added already, as their code or kind suggests. $1 the rows, $2 the
-- columns that the file has.
UPDATE channel AS t
SET label_en = n.label_en, label_fr = n.label_fr, kind = n.kind, asynchronous = n.asynchronous
FROM (
  SELECT
    o.code,
    CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END AS label_en,
    CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END AS label_fr,
    coalesce(r.kind, o.kind) AS kind,
    coalesce(r.asynchronous, o.asynchronous) AS asynchronous
  FROM jsonb_to_recordset($1::jsonb) AS r (channel text, label_en text, label_fr text, kind text, asynchronous boolean)
  JOIN channel AS o ON o.code = r.channel
) AS n
WHERE t.code = n.code
  AND (t.label_en, t.label_fr, t.kind, t.asynchronous) IS DISTINCT FROM (n.label_en, n.label_fr, n.kind, n.asynchronous)
RETURNING t.code AS key, false AS inserted

-- name: moments
-- Upsert moments from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored.
INSERT INTO moment AS t (code, label_en, label_fr, complaint)
SELECT
  r.moment,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(r.complaint, o.complaint, false)
FROM jsonb_to_recordset($1::jsonb) AS r (moment text, label_en text, label_fr text, complaint boolean)
LEFT JOIN moment AS o ON o.code = r.moment
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr, complaint = excluded.complaint
WHERE (t.label_en, t.label_fr, t.complaint) IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.complaint)
RETURNING code AS key, xmax = 0 AS inserted

-- name: reasons
-- Upsert reasons from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. The stored
-- contacts retain their moment.
INSERT INTO reason AS t (code, label_en, label_fr, moment_id)
SELECT
  r.reason,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(CASE WHEN 'moment' = ANY ($2) THEN p.moment_id ELSE o.moment_id END, 0)
FROM jsonb_to_recordset($1::jsonb) AS r (reason text, label_en text, label_fr text, moment text)
LEFT JOIN moment AS p ON p.code = r.moment
LEFT JOIN reason AS o ON o.code = r.reason
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET label_en = excluded.label_en, label_fr = excluded.label_fr, moment_id = excluded.moment_id
WHERE (t.label_en, t.label_fr, t.moment_id) IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.moment_id)
RETURNING code AS key, xmax = 0 AS inserted

-- name: customers
-- Upsert customers from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored. A customer
-- may have several rows, one for each date from which something is known. The last row gives the master data.
-- dimensions/customer_segments.sql stores the segments, which have a history.
INSERT INTO customer AS t (code, joined_on, churned_on)
SELECT DISTINCT ON (r.customer)
  r.customer,
  CASE WHEN 'joined_on' = ANY ($2::text[]) THEN r.joined_on ELSE o.joined_on END,
  CASE WHEN 'churned_on' = ANY ($2) THEN r.churned_on ELSE o.churned_on END
FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (customer text, joined_on date, churned_on date))
  WITH ORDINALITY AS r (customer, joined_on, churned_on, position)
LEFT JOIN customer AS o ON o.code = r.customer
ORDER BY r.customer, r.position DESC
ON CONFLICT (code) DO UPDATE
SET joined_on = excluded.joined_on, churned_on = excluded.churned_on
WHERE (t.joined_on, t.churned_on) IS DISTINCT FROM (excluded.joined_on, excluded.churned_on)
RETURNING code AS key, xmax = 0 AS inserted

-- name: answer_norms
-- Upsert answer norms from a file. $1 the rows, $2 unused: all columns count.
INSERT INTO answer_norm AS t (channel_id, moment_id, valid_from, good_seconds, bad_seconds)
SELECT c.channel_id, coalesce(m.moment_id, 0), coalesce(r.valid_from, '-infinity'), r.good_seconds, r.bad_seconds
FROM jsonb_to_recordset($1::jsonb) AS r (channel text, moment text, valid_from date, good_seconds integer, bad_seconds integer)
JOIN channel AS c ON c.code = r.channel
LEFT JOIN moment AS m ON m.code = r.moment
WHERE cardinality($2::text[]) > 0
ON CONFLICT (channel_id, moment_id, valid_from) DO UPDATE
SET good_seconds = excluded.good_seconds, bad_seconds = excluded.bad_seconds
WHERE (t.good_seconds, t.bad_seconds) <> (excluded.good_seconds, excluded.bad_seconds)
RETURNING (t.channel_id, t.moment_id, t.valid_from)::text AS key, xmax = 0 AS inserted

-- name: tariffs
-- Upsert tariffs from a file. $1 the rows, $2 unused: all columns count.
INSERT INTO tariff AS t (site_id, partner_id, channel_id, valid_from, valid_to, per_contact, per_minute, per_hour)
SELECT
  coalesce(s.site_id, 0), coalesce(p.partner_id, 0), coalesce(c.channel_id, 0), coalesce(r.valid_from, '-infinity'),
  coalesce(r.valid_to, 'infinity'), r.per_contact, r.per_minute, r.per_hour
FROM jsonb_to_recordset($1::jsonb) AS r (
  site text, partner text, channel text, valid_from date, valid_to date, per_contact numeric, per_minute numeric, per_hour numeric)
LEFT JOIN site AS s ON s.code = r.site
LEFT JOIN partner AS p ON p.code = r.partner
LEFT JOIN channel AS c ON c.code = r.channel
WHERE cardinality($2::text[]) > 0
ON CONFLICT (site_id, partner_id, channel_id, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, per_contact = excluded.per_contact, per_minute = excluded.per_minute, per_hour = excluded.per_hour
WHERE (t.valid_to, t.per_contact, t.per_minute, t.per_hour)
  <> (excluded.valid_to, excluded.per_contact, excluded.per_minute, excluded.per_hour)
RETURNING (t.site_id, t.partner_id, t.channel_id, t.valid_from)::text AS key, xmax = 0 AS inserted

-- name: budgets
-- Upsert budgets from a file. $1 the rows, $2 unused: all columns count.
INSERT INTO budget AS t (site_id, month, amount)
SELECT s.site_id, r.month, r.amount
FROM jsonb_to_recordset($1::jsonb) AS r (site text, month date, amount numeric)
JOIN site AS s ON s.code = r.site
WHERE cardinality($2::text[]) > 0
ON CONFLICT (site_id, month) DO UPDATE
SET amount = excluded.amount
WHERE t.amount <> excluded.amount
RETURNING (t.site_id, t.month)::text AS key, xmax = 0 AS inserted

-- name: instruments
-- Upsert instruments from a file. $1 the rows, $2 the columns that the file has; labels that it lacks stay as stored.
INSERT INTO instrument AS t (code, label_en, label_fr, kind, low, high, satisfied_from, dissatisfied_to, better)
SELECT
  r.instrument,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  r.kind, r.low, r.high, r.satisfied_from, r.dissatisfied_to, r.better
FROM jsonb_to_recordset($1::jsonb) AS r (
  instrument text, label_en text, label_fr text, kind text, low numeric(9, 3), high numeric(9, 3), satisfied_from numeric(9, 3),
  dissatisfied_to numeric(9, 3), better text)
LEFT JOIN instrument AS o ON o.code = r.instrument
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET
  label_en = excluded.label_en, label_fr = excluded.label_fr, kind = excluded.kind, low = excluded.low, high = excluded.high,
  satisfied_from = excluded.satisfied_from, dissatisfied_to = excluded.dissatisfied_to, better = excluded.better
WHERE (t.label_en, t.label_fr, t.kind, t.low, t.high, t.satisfied_from, t.dissatisfied_to, t.better) IS DISTINCT FROM (
  excluded.label_en, excluded.label_fr, excluded.kind, excluded.low, excluded.high, excluded.satisfied_from, excluded.dissatisfied_to,
  excluded.better)
RETURNING code AS key, xmax = 0 AS inserted

-- name: queues
-- Upsert queues from a file. $1 the rows, $2 the columns that the file has; other columns stay as stored.
INSERT INTO queue AS t (code, label_en, label_fr, channel_id, skill, good_seconds, bad_seconds)
SELECT
  r.queue,
  CASE WHEN 'label_en' = ANY ($2::text[]) THEN r.label_en ELSE o.label_en END,
  CASE WHEN 'label_fr' = ANY ($2) THEN r.label_fr ELSE o.label_fr END,
  coalesce(CASE WHEN 'channel' = ANY ($2) THEN c.channel_id ELSE o.channel_id END, 0),
  CASE WHEN 'skill' = ANY ($2) THEN r.skill ELSE o.skill END,
  CASE WHEN 'good_seconds' = ANY ($2) THEN r.good_seconds ELSE o.good_seconds END,
  CASE WHEN 'bad_seconds' = ANY ($2) THEN r.bad_seconds ELSE o.bad_seconds END
FROM jsonb_to_recordset($1::jsonb) AS r (
  queue text, label_en text, label_fr text, channel text, skill text, good_seconds integer, bad_seconds integer)
LEFT JOIN channel AS c ON c.code = r.channel
LEFT JOIN queue AS o ON o.code = r.queue
ORDER BY 1
ON CONFLICT (code) DO UPDATE
SET
  label_en = excluded.label_en, label_fr = excluded.label_fr, channel_id = excluded.channel_id, skill = excluded.skill,
  good_seconds = excluded.good_seconds, bad_seconds = excluded.bad_seconds
WHERE (t.label_en, t.label_fr, t.channel_id, t.skill, t.good_seconds, t.bad_seconds)
  IS DISTINCT FROM (excluded.label_en, excluded.label_fr, excluded.channel_id, excluded.skill, excluded.good_seconds, excluded.bad_seconds)
RETURNING code AS key, xmax = 0 AS inserted

-- name: assignments
-- Upsert the assignments of agents and teams to queues from a file. $1 the rows, $2 unused: all columns count.
INSERT INTO queue_assignment AS t (agent_id, team_id, queue_id, valid_from, valid_to, level, concurrency)
SELECT
  coalesce(a.agent_id, 0), coalesce(e.team_id, 0), q.queue_id, coalesce(r.valid_from, '-infinity'), coalesce(r.valid_to, 'infinity'), r.level,
  r.concurrency
FROM jsonb_to_recordset($1::jsonb) AS r (
  agent text, team text, queue text, valid_from date, valid_to date, level smallint, concurrency smallint)
JOIN queue AS q ON q.code = r.queue
LEFT JOIN agent AS a ON a.code = r.agent
LEFT JOIN team AS e ON e.code = r.team
WHERE cardinality($2::text[]) > 0
ON CONFLICT (agent_id, team_id, queue_id, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, level = excluded.level, concurrency = excluded.concurrency
WHERE (t.valid_to, t.level, t.concurrency) IS DISTINCT FROM (excluded.valid_to, excluded.level, excluded.concurrency)
RETURNING (t.agent_id, t.team_id, t.queue_id, t.valid_from)::text AS key, xmax = 0 AS inserted

-- name: targets
-- Upsert targets from a file. $1 the rows, $2 unused: all columns count.
INSERT INTO target AS t (
  metric, site_id, partner_id, team_id, segment_id, channel_id, moment_id, queue_id, valid_from, valid_to, target, warning, bad
)
SELECT
  r.metric, coalesce(s.site_id, 0), coalesce(p.partner_id, 0), coalesce(e.team_id, 0), coalesce(g.segment_id, 0), coalesce(c.channel_id, 0),
  coalesce(m.moment_id, 0), coalesce(q.queue_id, 0), coalesce(r.valid_from, '-infinity'), coalesce(r.valid_to, 'infinity'), r.target, r.warning, r.bad
FROM jsonb_to_recordset($1::jsonb) AS r (
  metric text, site text, partner text, team text, segment text, channel text, moment text, queue text, valid_from date, valid_to date,
  target double precision, warning double precision, bad double precision)
LEFT JOIN site AS s ON s.code = r.site
LEFT JOIN partner AS p ON p.code = r.partner
LEFT JOIN team AS e ON e.code = r.team
LEFT JOIN segment AS g ON g.code = r.segment
LEFT JOIN channel AS c ON c.code = r.channel
LEFT JOIN moment AS m ON m.code = r.moment
LEFT JOIN queue AS q ON q.code = r.queue
WHERE cardinality($2::text[]) > 0
ON CONFLICT (metric, site_id, partner_id, team_id, segment_id, channel_id, moment_id, queue_id, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, target = excluded.target, warning = excluded.warning, bad = excluded.bad
WHERE (t.valid_to, t.target, t.warning, t.bad) IS DISTINCT FROM (excluded.valid_to, excluded.target, excluded.warning, excluded.bad)
RETURNING
  (t.metric, t.site_id, t.partner_id, t.team_id, t.segment_id, t.channel_id, t.moment_id, t.queue_id, t.valid_from)::text AS key, xmax = 0 AS inserted

-- name: reprice
-- Recompute the costs that the sources lack, after tariffs or the sites that they apply to have changed. Mark the days
-- on which a cost changed.
WITH priced AS (
  SELECT c.source_id, c.contact_id, c.customer_id, c.day, p.cost::numeric(14, 4) AS cost
  FROM contact AS c
  JOIN site AS s USING (site_id)
  JOIN outcome AS o USING (outcome_id)
  LEFT JOIN LATERAL pg_temp.price(c.site_id, s.partner_id, c.channel_id, c.day, o.class = 'served', c.talk + c.hold + c.acw, true) AS p
    ON true
  WHERE c.cost_given IS NULL
), changed AS (
  UPDATE contact AS c
  SET cost = p.cost
  FROM priced AS p
  WHERE c.source_id = p.source_id
    AND c.contact_id = p.contact_id
    AND c.customer_id = p.customer_id
    AND c.day = p.day
    AND c.cost IS DISTINCT FROM p.cost
  RETURNING c.site_id, c.day
)
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT site_id, day, 'contact' FROM changed
