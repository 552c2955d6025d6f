-- A customer is reached when somebody answers, not when the contact is offered: a letter answered on the third day got through on the third day.

-- As before, with the instant at which the customer was reached, as far as the source tells how long the call rang.
CREATE OR REPLACE VIEW recall_fact AS
SELECT
  k.source_id, k.parent_id AS contact_id, k.offered_at AS made_at, k.outcome_id = 1 AS reached, k.day,
  CASE WHEN k.outcome_id = 1 THEN k.offered_at + make_interval(secs => COALESCE(k.wait, 0)::float8) END AS reached_at
FROM contact k
WHERE k.parent_id IS NOT NULL
  AND k.outcome_id < 9
UNION ALL
SELECT
  b.contact_source_id, b.contact_id, b.made_at, b.reached, (b.made_at AT TIME ZONE 'UTC')::date, CASE WHEN b.reached THEN b.made_at END
FROM callback b
WHERE b.contact_id IS NOT NULL
  AND b.made_at IS NOT NULL;

-- As before, with the instant at which it began: what began before an attempt was lost does not make up for it, however late it was answered.
CREATE OR REPLACE VIEW conversation_fact AS
SELECT
  e.customer_id, e.offered_at + make_interval(secs => COALESCE(e.wait, 0)::float8) AS spoken_at, e.day, e.offered_at AS begun_at
FROM contact e
WHERE e.customer_id <> 0
  AND e.outcome_id IN (1, 2)
UNION ALL
SELECT b.customer_id, b.made_at, (b.made_at AT TIME ZONE 'UTC')::date, b.made_at
FROM callback b
WHERE b.customer_id <> 0
  AND b.reached;

-- As before, save for reached_at: what was answered within a day tells it itself, which spares most contacts the look at the others; what was
-- answered later, or not at all, may have been overtaken by another contact or by a call made for it.
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
    WHEN c.outcome_id IN (1, 2) AND COALESCE(c.wait, 0) <= 86400 THEN c.offered_at + make_interval(secs => COALESCE(c.wait, 0)::float8)
    ELSE LEAST(
      CASE WHEN c.outcome_id IN (1, 2) THEN c.offered_at + make_interval(secs => c.wait::float8) END,
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
WHERE c.parent_id IS NULL
  AND c.outcome_id < 9;

-- As before: of the calls made within thirty days, when the first was made and when the first reached the customer.
CREATE OR REPLACE VIEW callback_fact AS
SELECT
  p.*,
  p.due_at <= (SELECT s.horizon FROM data_state s) AS judged,
  LEAST(p.told_at, r.made_at) AS made_at,
  LEAST(CASE WHEN p.told_reached THEN p.told_at END, r.reached_at) AS reached_at
FROM (
  SELECT
    b.source_id, b.callback_id, b.contact_source_id, b.contact_id, b.customer_id, b.day, b.quarter, b.promised_at, b.due_at, b.site_id,
    b.segment_id, b.channel_id, b.moment_id, b.reason_id, b.outcome_id, b.made_at AS told_at, b.reached AS told_reached
  FROM callback b
  WHERE b.outcome_id < 9
  UNION ALL
  SELECT
    c.source_id, NULL, c.source_id, c.contact_id, c.customer_id, c.day, c.quarter, c.offered_at, c.offered_at + interval '1 day', c.site_id,
    c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outcome_id, NULL, false
  FROM contact c
  WHERE c.outcome_id = 8
    AND NOT c.outbound
    AND c.parent_id IS NULL
    AND NOT EXISTS (SELECT FROM callback b WHERE b.contact_source_id = c.source_id AND b.contact_id = c.contact_id)
) p
CROSS JOIN LATERAL (
  SELECT min(k.made_at) AS made_at, min(k.reached_at) AS reached_at
  FROM recall_fact k
  WHERE k.source_id = p.contact_source_id
    AND k.contact_id = p.contact_id
    AND k.made_at >= p.promised_at
    AND k.made_at <= p.promised_at + interval '30 days'
    AND k.day BETWEEN p.day - 2 AND p.day + 32
) r;

-- As before: a promise is over by the answer to whatever began after it.
CREATE OR REPLACE VIEW recovery_fact AS
SELECT
  c.customer_id, c.day, c.quarter, c.site_id, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.offered_at AS opened_at, c.reached_at,
  false AS promised, NULL::timestamptz AS due_at, concat_ws(' ', c.source_id, c.contact_id) AS request
FROM contact_fact c
WHERE c.outcome_id IN (3, 4, 5)
  AND NOT c.outbound
  AND c.customer_id <> 0
UNION ALL
SELECT
  p.customer_id, p.day, p.quarter, p.site_id, p.segment_id, p.channel_id, p.moment_id, p.reason_id, p.promised_at,
  LEAST(
    p.reached_at,
    (
      SELECT min(v.spoken_at)
      FROM conversation_fact v
      WHERE v.customer_id = p.customer_id
        AND v.begun_at > p.promised_at
        AND v.spoken_at <= p.promised_at + interval '30 days'
        AND v.day BETWEEN p.day - 2 AND p.day + 32
    )
  ),
  true, p.due_at,
  CASE WHEN p.contact_id IS NULL THEN concat_ws(' ', 'callback', p.source_id, p.callback_id)
    ELSE concat_ws(' ', p.contact_source_id, p.contact_id) END
FROM callback_fact p
WHERE p.customer_id <> 0;

-- The rollups that are read off these views are made anew after the migrations, as their text is part of what they were made with.
TRUNCATE recovery_entry;
INSERT INTO recovery_entry SELECT f.* FROM recovery_fact AS f;

-- As before, save that a contact that ended with the promise of a callback is an attempt, and got through when that reached the customer.
CREATE OR REPLACE VIEW given_case_fact AS
SELECT
  g.source_id,
  g.case_id,
  COALESCE(NULLIF(g.customer_id, 0), f.customer_id, 0) AS customer_id,
  g.site_id,
  COALESCE(NULLIF(g.segment_id, 0), f.segment_id, 0)::smallint AS segment_id,
  COALESCE(NULLIF(g.channel_id, 0), f.channel_id, 0)::smallint AS channel_id,
  CASE WHEN g.moment_id = 0 AND g.reason_id = 0 THEN COALESCE(f.moment_id, 0) ELSE g.moment_id END::smallint AS moment_id,
  CASE WHEN g.moment_id = 0 AND g.reason_id = 0 THEN COALESCE(f.reason_id, 0) ELSE g.reason_id END AS reason_id,
  CASE WHEN g.team_id = 0 AND g.agent_id = 0 THEN COALESCE(f.team_id, 0) ELSE g.team_id END::smallint AS team_id,
  CASE WHEN g.team_id = 0 AND g.agent_id = 0 THEN COALESCE(f.agent_id, 0) ELSE g.agent_id END AS agent_id,
  g.opened_at,
  g.answered_at,
  g.resolved_at,
  g.closed_at,
  k.contacts,
  k.attempts,
  k.channels,
  k.first_contact_at
FROM given_case g
CROSS JOIN LATERAL (
  SELECT
    (count(*) FILTER (WHERE c.outcome_id IN (1, 2) OR c.outcome_id = 8 AND c.recalled))::int AS contacts,
    (count(*) FILTER (WHERE c.outcome_id < 6 OR c.outcome_id = 8))::int AS attempts,
    (count(DISTINCT c.channel_id))::int AS channels,
    min(c.offered_at) AS first_contact_at
  FROM contact_fact c
  WHERE c.source_id = g.source_id
    AND c.case_id = g.case_id
    AND NOT c.outbound
    AND c.outcome_id <> 6
) k
LEFT JOIN LATERAL (
  SELECT c.customer_id, c.segment_id, c.channel_id, c.moment_id, c.reason_id, l.team_id, l.agent_id
  FROM contact c
  LEFT JOIN leg l
    ON l.source_id = c.source_id
    AND l.contact_id = c.contact_id
    AND l.customer_id = c.customer_id
    AND l.day = c.day
    AND l.first_of_contact
  WHERE c.source_id = g.source_id
    AND c.case_id = g.case_id
    AND NOT c.outbound
    AND c.parent_id IS NULL
    AND c.outcome_id < 9
    AND c.outcome_id <> 6
  ORDER BY c.offered_at, c.contact_id
  LIMIT 1
) f ON true;

-- The cases of which such contacts are part are worked out anew by the next refresh.
INSERT INTO dirty_customer (customer_id)
SELECT DISTINCT c.customer_id FROM contact c WHERE c.outcome_id = 8 AND c.customer_id <> 0;
INSERT INTO dirty_case (source_id, case_id)
SELECT DISTINCT c.source_id, c.case_id FROM contact c WHERE c.outcome_id = 8 AND c.case_id IS NOT NULL;
