-- Unknown is neither zero nor infinity: answered contacts of unknown wait, and costs that need an unknown handle time.

-- When a contact was answered: after its wait, if the wait is known; else at its end, when it certainly had been; else when it was offered.
CREATE FUNCTION answer_instant(offered_at timestamptz, wait numeric, ended_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT COALESCE(offered_at + make_interval(secs => wait::float8), ended_at, offered_at)
$$;

-- As before, save for handled requests of unknown wait, which could not be loaded before.
CREATE OR REPLACE VIEW conversation_fact AS
SELECT
  e.customer_id,
  answer_instant(e.offered_at, e.wait, CASE WHEN e.outcome_id = 1 AND NOT e.outbound AND e.parent_id IS NULL THEN e.ended_at END) AS spoken_at,
  e.day, e.offered_at AS begun_at
FROM contact e
WHERE e.customer_id <> 0
  AND e.outcome_id IN (1, 2)
UNION ALL
SELECT b.customer_id, b.made_at, (b.made_at AT TIME ZONE 'UTC')::date, b.made_at
FROM callback b
WHERE b.customer_id <> 0
  AND b.reached;

-- The same.
CREATE OR REPLACE VIEW contact_fact AS
SELECT
  c.source_id, c.contact_id, c.customer_id, c.day, c.quarter, c.offered_at, c.answered_at, c.ended_at, c.site_id, c.segment_id, c.channel_id,
  c.moment_id, c.reason_id, c.outbound, c.outcome_id, c.wait, c.talk, c.hold, c.acw, c.escalated, c.resolved, c.overflowed, c.cost,
  c.cost_given, c.revenue, c.transferred_to, c.parent_id, c.case_id,
  c.customer_id <> 0 AND EXISTS (
    SELECT
    FROM contact e
    WHERE e.customer_id = c.customer_id
      AND e.moment_id = c.moment_id
      AND e.customer_id <> 0
      AND e.offered_at >= c.offered_at - interval '7 days'
      AND e.offered_at < c.offered_at
      AND e.day BETWEEN c.day - 9 AND c.day + 2
      AND NOT e.outbound
      AND e.parent_id IS NULL
      AND e.outcome_id < 9
      AND e.outcome_id <> 6
  ) AS preceded,
  EXISTS (
    SELECT
    FROM recall_fact r
    WHERE r.source_id = c.source_id
      AND r.contact_id = c.contact_id
      AND r.reached
      AND r.made_at >= c.offered_at
      AND r.made_at <= c.offered_at + interval '30 days'
      AND r.day BETWEEN c.day - 2 AND c.day + 32
  ) AS recalled,
  c.offered_at <= (SELECT s.horizon FROM data_state s) - interval '1 day' AS judged,
  CASE
    WHEN c.customer_id = 0 THEN NULL
    WHEN c.outcome_id IN (1, 2) AND answer_instant(c.offered_at, c.wait, u.ended_at) <= c.offered_at + interval '24 hours'
      THEN answer_instant(c.offered_at, c.wait, u.ended_at)
    ELSE LEAST(
      CASE WHEN c.outcome_id IN (1, 2) THEN answer_instant(c.offered_at, c.wait, u.ended_at) END,
      (
        SELECT min(v.spoken_at)
        FROM conversation_fact v
        WHERE v.customer_id = c.customer_id
          AND v.begun_at > c.offered_at
          AND v.spoken_at <= c.offered_at + interval '30 days'
          AND v.day BETWEEN c.day - 2 AND c.day + 32
      ),
      (
        SELECT min(r.reached_at)
        FROM recall_fact r
        WHERE r.source_id = c.source_id
          AND r.contact_id = c.contact_id
          AND r.made_at >= c.offered_at
          AND r.made_at <= c.offered_at + interval '30 days'
          AND r.day BETWEEN c.day - 2 AND c.day + 32
      )
    )
  END AS reached_at
FROM contact c
CROSS JOIN LATERAL (SELECT CASE WHEN c.outcome_id = 1 AND NOT c.outbound THEN c.ended_at END AS ended_at) AS u
WHERE c.parent_id IS NULL
  AND c.outcome_id < 9;

-- As before, save that a handled contact of unknown wait never waited: its end includes the conversation.
CREATE OR REPLACE VIEW waiting_fact AS
SELECT
  c.source_id, c.contact_id, c.site_id, c.day, c.quarter, c.offered_at, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outbound,
  c.outcome_id, c.wait,
  LEAST(
    c.offered_at + interval '720 hours',
    CASE
      WHEN c.outcome_id = 7 THEN LEAST(c.answered_at, c.ended_at)
      ELSE coalesce(
        c.offered_at + make_interval(secs => c.wait::float8),
        CASE WHEN c.outcome_id <> 1 THEN LEAST(c.answered_at, c.ended_at) END,
        c.offered_at)
    END
  ) AS until
FROM contact c
WHERE c.parent_id IS NULL
  AND c.outcome_id < 9
  AND c.outcome_id NOT IN (2, 6)
  AND NOT c.outbound;

-- A tariff by the minute or hour gives no cost to a contact whose handle time is unknown. Before, it counted such a time as zero. The tariff of
-- a contact is the most specific one that is valid on its day (site before partner before channel), and then the latest.
WITH unpriced AS (
  SELECT c.source_id, c.contact_id, c.customer_id, c.day
  FROM contact AS c
  JOIN site AS s USING (site_id)
  JOIN outcome AS o USING (outcome_id)
  CROSS JOIN LATERAL (
    SELECT t.per_minute, t.per_hour
    FROM tariff AS t
    WHERE t.site_id IN (0, c.site_id)
      AND t.partner_id IN (0, s.partner_id)
      AND t.channel_id IN (0, c.channel_id)
      AND c.day >= t.valid_from
      AND c.day < t.valid_to
    ORDER BY t.site_id <> 0 DESC, t.partner_id <> 0 DESC, t.channel_id <> 0 DESC, t.valid_from DESC
    LIMIT 1
  ) AS t
  WHERE c.cost_given IS NULL
    AND c.cost IS NOT NULL
    AND o.class = 'served'
    AND (c.talk + c.hold + c.acw) IS NULL
    AND (t.per_minute <> 0 OR t.per_hour <> 0)
), changed AS (
  UPDATE contact AS c
  SET cost = NULL
  FROM unpriced AS u
  WHERE u.source_id = c.source_id
    AND u.contact_id = c.contact_id
    AND u.customer_id = c.customer_id
    AND u.day = c.day
  RETURNING c.site_id, c.day
)
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT g.site_id, g.day, 'contact' FROM changed AS g;
