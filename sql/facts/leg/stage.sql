-- Make the tables for the rows of a file of legs while they are checked: the rows as text, the rows as they will be
-- stored, the contacts that they belong to, and all legs of these contacts.
CREATE TEMP TABLE IF NOT EXISTS stage_leg (
  line bigint, source text, contact text, leg text, agent text, team text, site text, started_at text, talk text, hold text, acw text
);
CREATE TEMP TABLE IF NOT EXISTS ready_leg (
  line bigint, refused text, ambiguous boolean, source text, agent text, team text, site text, new_site boolean, new_team boolean,
  new_agent boolean,
  source_id smallint, contact_id text, leg_number smallint, customer_id bigint, day date, started_at timestamptz,
  site_id smallint, team_id smallint, agent_id integer, talk numeric, hold numeric, acw numeric
);
CREATE TEMP TABLE IF NOT EXISTS legged_contact (
  source_id smallint, contact_id text, customer_id bigint, day date, talk numeric, hold numeric, acw numeric
);
CREATE TEMP TABLE IF NOT EXISTS whole_leg (LIKE leg)
