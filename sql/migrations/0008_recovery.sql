-- Who tried and did not get through, who was promised a callback, and who has been reached since.

-- One promise to call back, to the customer of a contact or to a customer alone. One that follows a contact repeats the contact's customer,
-- dimensions and outcome, so that it needs no join; the loads keep them in step. day and quarter are the instant of the promise in the site's
-- own wall-clock time. made_at and reached are what the source says of the call; a call that is a contact of its own is found by its parent.
CREATE TABLE callback (
  source_id          smallint NOT NULL,
  callback_id        text NOT NULL,
  customer_id        bigint NOT NULL DEFAULT 0,
  day                date NOT NULL,
  quarter            smallint NOT NULL,
  promised_at        timestamptz NOT NULL,
  due_at             timestamptz NOT NULL,
  made_at            timestamptz,
  reached            boolean NOT NULL DEFAULT false,
  contact_source_id  smallint,
  contact_id         text,
  site_id            smallint NOT NULL,
  segment_id         smallint NOT NULL DEFAULT 0,
  channel_id         smallint NOT NULL DEFAULT 0,
  moment_id          smallint NOT NULL DEFAULT 0,
  reason_id          integer NOT NULL DEFAULT 0,
  outcome_id         smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (source_id, callback_id),
  CHECK (NOT reached OR made_at IS NOT NULL)
);
-- Refresh of a site's day.
CREATE INDEX callback_site_day ON callback (site_id, day);
-- What was promised to a contact, and the calls made for it.
CREATE INDEX callback_contact ON callback (contact_source_id, contact_id) WHERE contact_id IS NOT NULL;
-- When a customer was reached.
CREATE INDEX callback_customer ON callback (customer_id, made_at) WHERE customer_id <> 0;
-- What is open at an instant, and what has just become due.
CREATE INDEX callback_promised ON callback (promised_at);
CREATE INDEX callback_due ON callback (due_at);
-- The contacts that did not get through, by time: few of many. What is open at an instant, and what has just grown a day old.
CREATE INDEX contact_unmet ON contact (offered_at) WHERE outcome_id IN (3, 4, 5, 8) AND NOT outbound AND parent_id IS NULL;

-- The calls made for a request: contacts that name it as their parent, and what the rows of its promises tell (indexes contact_parent,
-- callback_contact). The one place that knows where a call is told.
CREATE VIEW recall_fact AS
SELECT k.source_id, k.parent_id AS contact_id, k.offered_at AS made_at, k.outcome_id = 1 AS reached, k.day
FROM contact k
WHERE k.parent_id IS NOT NULL
  AND k.outcome_id < 9
UNION ALL
SELECT b.contact_source_id, b.contact_id, b.made_at, b.reached, (b.made_at AT TIME ZONE 'UTC')::date
FROM callback b
WHERE b.contact_id IS NOT NULL
  AND b.made_at IS NOT NULL;

-- When somebody spoke with a customer, or a machine served them: contacts of either direction, and calls told by the rows of promises (indexes
-- contact_customer, callback_customer).
CREATE VIEW conversation_fact AS
SELECT e.customer_id, e.offered_at AS spoken_at, e.day
FROM contact e
WHERE e.customer_id <> 0
  AND e.outcome_id IN (1, 2)
UNION ALL
SELECT b.customer_id, b.made_at, (b.made_at AT TIME ZONE 'UTC')::date
FROM callback b
WHERE b.customer_id <> 0
  AND b.reached;

-- As before, save that a call may be told by the row of a promise. judged: a day old on the data's own horizon. reached_at: when the customer
-- got through or was called back and reached, within thirty days: at once, by another contact, or by a call made for this one.
DROP VIEW contact_fact;
CREATE VIEW contact_fact AS
SELECT
  c.*,
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
    WHEN c.outcome_id IN (1, 2) THEN c.offered_at
    ELSE LEAST(
      (
        SELECT min(v.spoken_at)
        FROM conversation_fact v
        WHERE v.customer_id = c.customer_id
          AND v.spoken_at > c.offered_at
          AND v.spoken_at <= c.offered_at + interval '30 days'
          AND v.day BETWEEN c.day - 2 AND c.day + 32
      ),
      (
        SELECT min(r.made_at)
        FROM recall_fact r
        WHERE r.source_id = c.source_id
          AND r.contact_id = c.contact_id
          AND r.reached
          AND r.made_at >= c.offered_at
          AND r.made_at <= c.offered_at + interval '30 days'
          AND r.day BETWEEN c.day - 2 AND c.day + 32
      )
    )
  END AS reached_at
FROM contact c
WHERE c.parent_id IS NULL
  AND c.outcome_id < 9;

-- The promises: the rows, and the contacts that ended with one of which no row tells more (due a day later). made_at and reached_at: the first
-- call, and the first that reached the customer, within thirty days; judged: the due time has come on the data's own horizon.
CREATE VIEW callback_fact AS
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
  SELECT min(k.made_at) AS made_at, min(k.made_at) FILTER (WHERE k.reached) AS reached_at
  FROM recall_fact k
  WHERE k.source_id = p.contact_source_id
    AND k.contact_id = p.contact_id
    AND k.made_at >= p.promised_at
    AND k.made_at <= p.promised_at + interval '30 days'
    AND k.day BETWEEN p.day - 2 AND p.day + 32
) r;

-- What is to be worked off: each lost contact of a known customer and each promise to one, since when (opened_at) and until when (reached_at;
-- unset: not reached within the thirty days that it stays). Open at an instant: opened before it, at most thirty days before, not reached before
-- it. request: what tells attempts apart; a promise after a lost contact is the same attempt.
CREATE VIEW recovery_fact AS
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
        AND v.spoken_at > p.promised_at
        AND v.spoken_at <= p.promised_at + interval '30 days'
        AND v.day BETWEEN p.day - 2 AND p.day + 32
    )
  ),
  true, p.due_at,
  CASE WHEN p.contact_id IS NULL THEN concat_ws(' ', 'callback', p.source_id, p.callback_id)
    ELSE concat_ws(' ', p.contact_source_id, p.contact_id) END
FROM callback_fact p
WHERE p.customer_id <> 0;
