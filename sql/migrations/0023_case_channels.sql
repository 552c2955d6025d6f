-- On how many channels a case was pursued.

-- channels: those of its contacts that got through. The cases kept so far are worked out anew by the next refresh.
ALTER TABLE contact_case ADD COLUMN channels integer NOT NULL DEFAULT 1;
ALTER TABLE contact_case ALTER COLUMN channels DROP DEFAULT;

-- A view has the columns that its table had when it was made.
DROP VIEW case_fact;
CREATE VIEW case_fact AS
SELECT
  c.*,
  c.opened_at <= (SELECT s.horizon FROM data_state s) - interval '7 days' AS mature
FROM contact_case c;

INSERT INTO dirty_customer (customer_id)
SELECT DISTINCT c.customer_id FROM contact_case c WHERE c.contacts > 1;
