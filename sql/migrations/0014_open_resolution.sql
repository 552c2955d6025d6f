-- How long a site was open from a case's opening to its resolution.

-- seconds_open: the part of seconds during which the case's site was open; null where its calendar does not tell for the whole of it. Follows
-- the calendar.
ALTER TABLE case_step ADD COLUMN seconds_open numeric(17, 6);

-- A view has the columns that its table had when it was made.
DROP VIEW case_step_fact;
CREATE VIEW case_step_fact AS
SELECT
  s.*,
  s.happened_at <= (SELECT greatest(d.horizon, d.case_horizon) FROM data_state d) - interval '7 days' AS mature
FROM case_step s;

-- The cases resolved so far are worked out anew by the next refresh.
INSERT INTO dirty_case (source_id, case_id)
SELECT s.source_id, s.case_id FROM case_step s WHERE s.seconds IS NOT NULL;
