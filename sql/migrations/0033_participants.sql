-- Who took part in contacts: those that several agents, teams or sites took part in count once in the totals of these members, and
-- waits belong to the agent who answered first.

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

-- Answered contacts with the team and agent of their first leg, who answered first; 0 where the source names no agent.
CREATE VIEW answered_fact AS
SELECT
  c.site_id, c.day, c.quarter, c.offered_at, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outbound, c.outcome_id,
  COALESCE(l.team_id, 0::smallint) AS team_id, COALESCE(l.agent_id, 0) AS agent_id,
  c.wait, c.in_hours, c.wait_open, c.talk + COALESCE(c.hold, 0) + COALESCE(c.acw, 0) AS handle, c.resolved
FROM contact AS c
LEFT JOIN leg AS l
  ON l.source_id = c.source_id AND l.contact_id = c.contact_id AND l.customer_id = c.customer_id AND l.day = c.day AND l.first_of_contact
WHERE c.parent_id IS NULL
  AND c.outcome_id = 1;
