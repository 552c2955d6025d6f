-- Derive the cases of the customers in touched_customer from their present contacts. A case is a run of contacts that
-- got through on one moment, each within seven days of the one before, beginning with the first that a person handled.
-- A contact with a promised callback got through when the callback reached the customer; until then it is an attempt.
-- Relies on contact_customer, on contact_parent and callback_contact, and on the primary key of leg.
INSERT INTO fresh_case
WITH got_through AS (
  SELECT
    c.customer_id, c.moment_id, c.offered_at, c.source_id, c.contact_id, c.day, c.quarter, c.site_id, c.segment_id, c.channel_id, c.reason_id,
    c.outcome_id, c.resolved,
    COALESCE(c.offered_at - lag(c.offered_at) OVER w > interval '7 days', true) AS opens_run
  FROM touched_customer AS t
  JOIN contact_fact AS c ON c.customer_id = t.customer_id
  WHERE c.customer_id <> 0
    AND NOT c.outbound
    AND (c.outcome_id IN (1, 2) OR c.outcome_id = 8 AND c.recalled)
  WINDOW w AS (PARTITION BY c.customer_id, c.moment_id ORDER BY c.offered_at, c.source_id, c.contact_id)
),
in_run AS (
  SELECT
    g.*,
    count(*) FILTER (WHERE g.opens_run) OVER (
      PARTITION BY g.customer_id, g.moment_id ORDER BY g.offered_at, g.source_id, g.contact_id
    ) AS run
  FROM got_through AS g
),
in_case AS (
  SELECT
    r.*,
    count(*) FILTER (WHERE r.outcome_id = 1) OVER (
      PARTITION BY r.customer_id, r.moment_id, r.run ORDER BY r.offered_at, r.source_id, r.contact_id
    ) AS handled_so_far
  FROM in_run AS r
),
sized AS (
  SELECT
    i.*,
    count(*) OVER v AS contacts,
    max(i.offered_at) OVER v AS last_at,
    array_agg(i.channel_id) OVER v AS channel_ids
  FROM in_case AS i
  WHERE i.handled_so_far > 0
  WINDOW v AS (PARTITION BY i.customer_id, i.moment_id, i.run)
),
opener AS (
  SELECT DISTINCT ON (s.customer_id, s.moment_id, s.run) s.*
  FROM sized AS s
  ORDER BY s.customer_id, s.moment_id, s.run, s.offered_at, s.source_id, s.contact_id
)
SELECT
  o.customer_id,
  o.moment_id,
  o.offered_at,
  o.source_id,
  o.contact_id,
  o.day,
  o.quarter,
  o.last_at,
  o.site_id,
  o.segment_id,
  o.channel_id,
  o.reason_id,
  COALESCE(l.team_id, 0),
  COALESCE(l.agent_id, 0),
  o.contacts,
  o.contacts + (
    SELECT count(*)
    FROM contact_fact AS e
    WHERE e.customer_id = o.customer_id
      AND e.moment_id = o.moment_id
      AND e.customer_id <> 0
      AND NOT e.outbound
      AND (e.outcome_id IN (3, 4, 5) OR e.outcome_id = 8 AND NOT e.recalled)
      AND e.offered_at > o.offered_at
      AND e.offered_at <= o.last_at + interval '7 days'
      AND e.day BETWEEN o.day - 2 AND (o.last_at AT TIME ZONE 'UTC')::date + 8
  ),
  o.resolved,
  CASE WHEN o.contacts = 1 THEN 1 ELSE (SELECT count(DISTINCT u.channel_id) FROM unnest(o.channel_ids) AS u (channel_id)) END
FROM opener AS o
LEFT JOIN leg AS l
  ON l.source_id = o.source_id
  AND l.contact_id = o.contact_id
  AND l.customer_id = o.customer_id
  AND l.day = o.day
  AND l.first_of_contact
