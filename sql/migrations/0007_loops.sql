-- What becomes of an answer, who is asked besides customers, and how long those had waited who are asked.

-- called_back_at: when somebody called a customer back about the answer, as the survey's own source tells. wait: the contact's, in seconds.
ALTER TABLE survey
  ADD COLUMN called_back_at timestamptz,
  ADD COLUMN wait numeric(11, 3),
  ADD CHECK (called_back_at IS NULL OR called_back_at >= answered_at);

UPDATE survey AS s
SET wait = c.wait
FROM contact_place AS p
JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
WHERE p.source_id = s.contact_source_id
  AND p.contact_id = s.contact_id
  AND c.wait IS NOT NULL;

-- Who was asked lately.
CREATE INDEX survey_sent ON survey (sent_at) WHERE customer_id <> 0;
-- Which answers mature when the horizon moves (mark_matured.sql).
CREATE INDEX survey_answered ON survey (answered_at) WHERE answered_at IS NOT NULL;

-- Surveys of customers that count, judged by their instrument's cuts; those after tests and duplicates don't. mature: seven days have passed
-- since the answer on the data's own horizon.
DROP VIEW survey_fact;
CREATE VIEW survey_fact AS
SELECT
  s.*,
  CASE WHEN i.better = 'higher' THEN s.score >= i.satisfied_from ELSE s.score <= i.satisfied_from END AS satisfied,
  CASE WHEN i.better = 'higher' THEN s.score <= i.dissatisfied_to ELSE s.score >= i.dissatisfied_to END AS dissatisfied,
  s.answered_at <= (SELECT d.horizon FROM data_state d) - interval '7 days' AS mature
FROM survey s
JOIN instrument i ON i.instrument_id = s.instrument_id
WHERE s.outcome_id < 9
  AND i.kind <> 'employee';

-- Answers of customers, by their score.
CREATE VIEW score_fact AS
SELECT f.*
FROM survey_fact f
WHERE f.score IS NOT NULL;

-- Surveys of employees; they follow nobody.
CREATE VIEW employee_fact AS
SELECT
  s.*,
  CASE WHEN i.better = 'higher' THEN s.score >= i.satisfied_from ELSE s.score <= i.satisfied_from END AS satisfied,
  CASE WHEN i.better = 'higher' THEN s.score <= i.dissatisfied_to ELSE s.score >= i.dissatisfied_to END AS dissatisfied
FROM survey s
JOIN instrument i ON i.instrument_id = s.instrument_id
WHERE i.kind = 'employee';
