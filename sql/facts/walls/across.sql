-- Views that are read across sites on purpose, for every caller. Each statement that reads one of these views joins it
-- to rows that have passed the wall, or passes its rows to within_wall. The views have only the columns needed for
-- that; sql/README.md says why each view is here.
CREATE SCHEMA across;

-- Whether a customer was in contact too often to be surveyed.
CREATE VIEW across.contact_fact AS
SELECT f.customer_id, f.day, f.offered_at, f.outcome_id, f.outbound FROM contact_fact AS f;

-- Whether a customer was surveyed lately.
CREATE VIEW across.survey AS
SELECT s.customer_id, s.sent_at FROM survey AS s;

-- A customer's latest answers.
CREATE VIEW across.survey_fact AS
SELECT f.customer_id, f.source_id, f.survey_id, f.instrument_id, f.hot, f.answered_at, f.score FROM survey_fact AS f;

-- The agents and teams of a contact. A leg belongs to the site of its agent, whatever the site of its contact.
CREATE VIEW across.leg AS
SELECT l.source_id, l.contact_id, l.day, l.team_id, l.agent_id FROM leg AS l;

-- Whether agents are tired: all that they worked lately, and the contacts that they took meanwhile, at any site.
CREATE VIEW across.worked_shift AS
SELECT w.agent_id, w.started_at, w.ended_at, w.site_id, w.team_id, w.day, w.login, w.oc, w.idle FROM worked_shift AS w;
CREATE VIEW across.taken_quarter AS
SELECT t.agent_id, t.bucket, t.channel_id, t.moment_id, t.taken_timed, t.taken_handle FROM rollup.taken_quarter AS t;
-- The same from the facts, for as long as the rollup is being filled.
CREATE VIEW across.taken_fact AS
SELECT t.* FROM taken_fact AS t;

-- An agent does one thing at a time, at any site.
CREATE VIEW across.agent_state AS
SELECT s.agent_id, s.started_at, s.held_until, s.state, s.source_id, s.site_id, s.team_id FROM agent_state_span AS s;

-- Who serves which queue. A statement reads it for agents whose state has passed the wall.
CREATE VIEW across.queue_assignment AS
SELECT q.agent_id, q.team_id, q.queue_id, q.valid_from, q.valid_to FROM queue_assignment AS q;

-- Whether a window has so many contacts that distinct customers are estimated. No answer shows the number.
CREATE VIEW across.contact_month AS
SELECT m.site_id, m.month, m.contacts FROM rollup.contact_month AS m;
