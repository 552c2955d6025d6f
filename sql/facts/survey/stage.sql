-- Make the tables for the rows of a file of surveys while they are checked: as text, as read, and as they will be
-- stored (placed). Loads of contacts and legs use the last two tables, to update the surveys of corrected contacts.
CREATE TEMP TABLE IF NOT EXISTS stage_survey (
  line bigint, source text, survey text, contact_source text, contact text, customer text, site text, team text, segment text,
  instrument text, hot text, sent_by text, sent_at text, answered_at text, score text, verbatim text, called_back_at text
);
CREATE TEMP TABLE IF NOT EXISTS ready_survey (
  line bigint, refused text, ambiguous boolean, source text, customer text, segment text, new_customer boolean, new_segment boolean,
  source_id smallint, survey_id text, customer_id bigint, site_id smallint, segment_id smallint, contact_source_id smallint, contact_id text,
  instrument_id smallint, hot boolean, sent_by text, sent_at timestamptz, answered_at timestamptz, score numeric, verbatim text,
  called_back_at timestamptz, team_id smallint
);
CREATE TEMP TABLE IF NOT EXISTS placed_survey (LIKE survey)
