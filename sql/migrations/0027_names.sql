-- What is given to a customer is goodwill, and what a channel promises is its answer norm: tables, columns and kinds are called so in every place.
ALTER TABLE norm RENAME TO answer_norm;

DROP VIEW gesture_fact;
ALTER TABLE gesture RENAME TO goodwill;
ALTER TABLE goodwill RENAME COLUMN gesture_id TO goodwill_id;
ALTER TABLE goodwill DROP CONSTRAINT gesture_kind_check;
UPDATE goodwill SET kind = 'goodwill' WHERE kind = 'gesture';
ALTER TABLE goodwill ADD CONSTRAINT goodwill_kind_check CHECK (kind IN ('goodwill', 'prevention'));
ALTER INDEX gesture_site_day RENAME TO goodwill_site_day;
ALTER INDEX gesture_customer RENAME TO goodwill_customer;
ALTER INDEX gesture_contact RENAME TO goodwill_contact;

-- Goodwill, with what the contact that it follows says now of channel, moment, reason, team and agent (0 where it follows none).
CREATE VIEW goodwill_fact AS
SELECT
  g.*,
  COALESCE(c.channel_id, 0)::smallint AS channel_id,
  COALESCE(c.moment_id, 0)::smallint AS moment_id,
  COALESCE(c.reason_id, 0) AS reason_id,
  COALESCE(l.team_id, 0)::smallint AS team_id,
  COALESCE(l.agent_id, 0) AS agent_id
FROM goodwill AS g
LEFT JOIN contact_place AS p ON p.source_id = g.contact_source_id AND p.contact_id = g.contact_id
LEFT JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
LEFT JOIN leg AS l
  ON l.source_id = c.source_id AND l.contact_id = c.contact_id AND l.customer_id = c.customer_id AND l.day = c.day AND l.first_of_contact;

-- Marks that wait for the refresh.
UPDATE dirty_day SET change = 'goodwill' WHERE change = 'gesture';
