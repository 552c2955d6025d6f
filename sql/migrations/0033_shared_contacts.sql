-- Contacts that several agents, teams or sites took part in count once in the totals of these members.

-- shared: the contact's legs differ in agent, team or site, so a question about some members may find several of them.
-- first_timed: the first leg of its contact whose times are known.
ALTER TABLE leg
  ADD COLUMN shared boolean NOT NULL DEFAULT false,
  ADD COLUMN first_timed boolean NOT NULL DEFAULT false;

-- The leg that a contact's row makes (number 0) is the only one of its contact.
UPDATE leg SET first_timed = true WHERE leg_number = 0 AND talk IS NOT NULL;
UPDATE leg AS l
SET shared = f.shared, first_timed = f.first_timed
FROM (
  SELECT
    source_id, contact_id, leg_number, customer_id, day,
    (min(agent_id) OVER c, min(team_id) OVER c, min(site_id) OVER c) <> (max(agent_id) OVER c, max(team_id) OVER c, max(site_id) OVER c)
      AS shared,
    talk IS NOT NULL AND row_number() OVER (PARTITION BY source_id, contact_id ORDER BY talk IS NULL, leg_number) = 1 AS first_timed
  FROM leg
  WHERE leg_number > 0
  WINDOW c AS (PARTITION BY source_id, contact_id)
) AS f
WHERE l.source_id = f.source_id
  AND l.contact_id = f.contact_id
  AND l.leg_number = f.leg_number
  AND l.customer_id = f.customer_id
  AND l.day = f.day;

-- The shared contacts of a site's days.
CREATE INDEX leg_shared ON leg (site_id, day) WHERE shared;

-- Legs of handled contacts, callbacks left out.
CREATE OR REPLACE VIEW leg_fact AS
SELECT l.*
FROM leg AS l
WHERE l.outcome_id = 1
  AND NOT l.callback;

-- The legs of shared contacts, with a number that is the same for all legs of a contact. Two of ten million contacts have the
-- same number with a probability of three in a million.
CREATE VIEW shared_leg_fact AS
SELECT f.*, hashtextextended(f.contact_id, f.source_id) AS contact_key
FROM leg_fact AS f
WHERE f.shared;
