-- What counts, as the questions read it. The refresh, the questions and the check all read these views, so a rule stands once.

-- Contacts that count: a callback belongs to its request, tests and duplicates never count. preceded: the same customer asked about the
-- same moment within the seven days before (index contact_customer); recalled: a callback reached the customer (index contact_parent).
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
    FROM contact k
    WHERE k.source_id = c.source_id
      AND k.parent_id = c.contact_id
      AND k.outcome_id = 1
      AND k.day BETWEEN c.day - 2 AND c.day + 31
  ) AS recalled
FROM contact c
WHERE c.parent_id IS NULL
  AND c.outcome_id < 9;

-- Contacts in progress, with their age in seconds at the data's own horizon (index contact_pending).
CREATE VIEW pending_fact AS
SELECT
  c.*,
  EXTRACT(EPOCH FROM (SELECT s.horizon FROM data_state s) - c.offered_at) AS age
FROM contact c
WHERE c.parent_id IS NULL
  AND c.outcome_id = 7;

-- Legs of handled contacts, callbacks left out.
CREATE VIEW leg_fact AS
SELECT l.*
FROM leg l
WHERE l.outcome_id = 1
  AND NOT l.callback;

-- Cases, mature once seven days have passed since they opened on the data's own horizon.
CREATE VIEW case_fact AS
SELECT
  c.*,
  c.opened_at <= (SELECT s.horizon FROM data_state s) - interval '7 days' AS mature
FROM contact_case c;

-- The refresh takes all marks of a customer at once.
CREATE INDEX dirty_customer_customer ON dirty_customer (customer_id);
