-- Make the tables for the rows of a file while they are checked: as text, as read, as they will be stored. They belong
-- to this session only. Run at the start of each load; the tables stay empty between loads.
CREATE TEMP TABLE IF NOT EXISTS stage_contact (
  line bigint, source text, contact text, parent text, customer text, "case" text, site text, segment text, channel text, moment text,
  reason text, direction text, offered_at text, answered_at text, ended_at text, outcome text, wait text, talk text, hold text, acw text,
  agent text, team text, transferred_to text, escalated text, resolved text, cost text, revenue text, replies text, reply_wait text
);
CREATE TEMP TABLE IF NOT EXISTS seen_contact (
  line bigint, refused text, ambiguous boolean,
  source_id smallint, contact_id text, parent_id text, customer text, case_id text, segment text, moment text, reason text,
  site_id smallint, partner_id smallint, segment_id smallint, channel_id smallint, moment_id smallint, reason_id integer,
  agent_id integer, team_id smallint, agent_team_id smallint,
  outbound boolean, outcome_id smallint, served boolean, excluded boolean,
  offered_at timestamptz, answered_at timestamptz, ended_at timestamptz, day date, quarter smallint,
  wait numeric, talk numeric, hold numeric, acw numeric,
  agent text, team text, site text, channel text, source text,
  transferred_to text, escalated boolean, resolved boolean, cost_given numeric, revenue numeric, replies numeric, reply_wait numeric
);
CREATE TEMP TABLE IF NOT EXISTS ready_contact (
  line bigint, status text,
  source_id smallint, contact_id text, customer_id bigint, day date, quarter smallint,
  offered_at timestamptz, answered_at timestamptz, ended_at timestamptz,
  site_id smallint, segment_id smallint, channel_id smallint, moment_id smallint, reason_id integer,
  outbound boolean, outcome_id smallint,
  wait numeric(11, 3), talk numeric(11, 3), hold numeric(11, 3), acw numeric(11, 3),
  escalated boolean, resolved boolean, overflowed boolean,
  cost numeric(14, 4), cost_given numeric(14, 4), revenue numeric(14, 4),
  transferred_to text, parent_id text, case_id text,
  has_agent boolean, has_team boolean, several boolean, leg_same boolean,
  agent_id integer, team_id smallint, leg_site_id smallint, partner_id smallint, served boolean,
  old_customer_id bigint, old_day date,
  replies integer, reply_wait numeric(14, 3), in_hours boolean, wait_open numeric(11, 3)
);
