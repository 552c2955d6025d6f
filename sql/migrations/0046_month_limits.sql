-- What one agent may give in a calendar month, over all kinds of gestures (null: not known). Of several rows that are valid on a day, the latest
-- applies.
CREATE TABLE month_limit (
  valid_from    date PRIMARY KEY DEFAULT '-infinity',
  valid_to      date NOT NULL DEFAULT 'infinity',
  limit_amount  numeric(14, 4) CHECK (limit_amount >= 0),
  CHECK (valid_from < valid_to)
);

-- Goodwill, with what its agent has given since the start of the calendar month, at any site and up to and including this gesture (month_cost),
-- and with the limit on its day (month_limit; null: not known, or the agent is not). day is on the clock of the site. month limits what is summed.
CREATE VIEW goodwill_month_fact AS
SELECT
  f.source_id, f.goodwill_id, f.customer_id, f.day, f.quarter, f.given_at, f.kind, f.site_id, f.segment_id, f.cost, f.gesture_id, f.channel_id,
  f.moment_id, f.reason_id, f.team_id, f.agent_id,
  sum(f.cost) OVER (PARTITION BY f.agent_id, f.day - (EXTRACT(day FROM f.day)::int - 1) ORDER BY f.given_at, f.goodwill_id, f.source_id) AS month_cost,
  CASE WHEN f.agent_id <> 0 THEN (
    SELECT t.limit_amount
    FROM month_limit AS t
    WHERE t.valid_from <= f.day
      AND f.day < t.valid_to
    ORDER BY t.valid_from DESC
    LIMIT 1
  ) END AS month_limit,
  f.day - (EXTRACT(day FROM f.day)::int - 1) AS month
FROM goodwill_fact AS f;
