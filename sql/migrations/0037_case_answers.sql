-- When cases were first answered, how soon they were resolved for good, and what became of them.

-- Of the opening (step 1): the seconds to the first answer, in calendar time and while the site was open (null where its calendar does not tell
-- for the whole of it), the seconds to the final resolution, and the present status (1 open, 2 resolved, 3 closed without a resolution).
ALTER TABLE case_step
  ADD COLUMN answered_after numeric(17, 6),
  ADD COLUMN answered_after_open numeric(17, 6),
  ADD COLUMN resolved_after numeric(17, 6),
  ADD COLUMN status smallint CHECK (status BETWEEN 1 AND 3);

-- A view has the columns that its table had when it was made. known_until is how far the data of cases reach.
DROP VIEW case_step_fact;
CREATE VIEW case_step_fact AS
SELECT
  s.*,
  (SELECT greatest(d.horizon, d.case_horizon) FROM data_state d) AS known_until,
  s.happened_at <= (SELECT greatest(d.horizon, d.case_horizon) FROM data_state d) - interval '7 days' AS mature
FROM case_step s;

-- The ages from which figures judge a recorded case: when the data reach so far beyond a step, its day is marked.
CREATE FUNCTION case_ages() RETURNS interval[] LANGUAGE sql IMMUTABLE AS $$
  SELECT '{4 hours,8 hours,1 day,2 days,3 days,5 days,7 days,14 days,30 days}'::interval[]
$$;

-- The next refresh derives the steps of all cases again.
INSERT INTO dirty_case (source_id, case_id)
SELECT g.source_id, g.case_id FROM given_case g;
