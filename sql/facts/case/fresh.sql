-- Derive the cases of the customers in touched_customer from their present contacts. A case is a run of contacts that
-- got through on one moment, each within seven days of the one before, beginning with the first that a person handled.
-- A contact with a promised callback got through when the callback reached the customer; until then it is an attempt.
-- Attempts within seven days of the case's last contact belong to it. Runs are more than seven days apart, so an
-- attempt belongs to the latest run before it or to none, and one pass in the order of contact_customer finds all.
-- Relies on contact_customer, on contact_parent and callback_contact, and on the primary key of leg.
INSERT INTO fresh_case
WITH contacted AS (
  SELECT
    c.customer_id, c.moment_id, c.offered_at, c.source_id, c.contact_id, c.day, c.quarter, c.site_id, c.segment_id, c.channel_id, c.reason_id,
    c.outcome_id, c.resolved,
    c.outcome_id IN (1, 2) OR c.outcome_id = 8 AND c.recalled AS got_through
  FROM touched_customer AS t
  JOIN contact_fact AS c ON c.customer_id = t.customer_id
  WHERE c.customer_id <> 0
    AND NOT c.outbound
    AND c.outcome_id IN (1, 2, 3, 4, 5, 8)
),
followed AS (
  SELECT
    c.*,
    max(c.offered_at) FILTER (WHERE c.got_through) OVER (
      PARTITION BY c.customer_id, c.moment_id ORDER BY c.offered_at, c.source_id, c.contact_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS before_at
  FROM contacted AS c
),
in_run AS (
  SELECT
    f.*,
    count(*) FILTER (WHERE f.got_through AND (f.before_at IS NULL OR f.offered_at - f.before_at > interval '7 days')) OVER (
      PARTITION BY f.customer_id, f.moment_id ORDER BY f.offered_at, f.source_id, f.contact_id
      ROWS UNBOUNDED PRECEDING
    ) AS run
  FROM followed AS f
),
in_case AS (
  SELECT
    r.*,
    count(*) FILTER (WHERE r.outcome_id = 1) OVER (
      PARTITION BY r.customer_id, r.moment_id, r.run ORDER BY r.offered_at, r.source_id, r.contact_id
      ROWS UNBOUNDED PRECEDING
    ) AS handled_so_far
  FROM in_run AS r
),
bounded AS (
  SELECT
    i.*,
    min(i.offered_at) OVER v AS opened_at,
    max(i.offered_at) FILTER (WHERE i.got_through) OVER v AS last_at
  FROM in_case AS i
  WHERE i.handled_so_far > 0
  WINDOW v AS (PARTITION BY i.customer_id, i.moment_id, i.run)
),
sized AS (
  SELECT
    b.*,
    count(*) FILTER (WHERE b.got_through) OVER v AS contacts,
    count(*) FILTER (WHERE NOT b.got_through AND b.offered_at > b.opened_at AND b.offered_at <= b.last_at + interval '7 days') OVER v AS attempts,
    array_agg(b.channel_id) FILTER (WHERE b.got_through) OVER v AS channel_ids
  FROM bounded AS b
  WINDOW v AS (PARTITION BY b.customer_id, b.moment_id, b.run)
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
  o.contacts + o.attempts,
  o.resolved,
  CASE WHEN o.contacts = 1 THEN 1 ELSE (SELECT count(DISTINCT u.channel_id) FROM unnest(o.channel_ids) AS u (channel_id)) END
FROM sized AS o
LEFT JOIN leg AS l
  ON l.source_id = o.source_id
  AND l.contact_id = o.contact_id
  AND l.customer_id = o.customer_id
  AND l.day = o.day
  AND l.first_of_contact
WHERE o.outcome_id = 1
  AND o.handled_so_far = 1
