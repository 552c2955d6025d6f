-- Make the tables for recomputing agents' time: the touched spans; the spans joined as far as they meet; the spans
-- widened to whole shifts, by worked and by planned time; the results; and the times at which agents start or stop
-- being within a shift, with the days of most of the legs that they took then.
CREATE TEMP TABLE IF NOT EXISTS touched_time (agent_id integer, starts timestamptz, ends timestamptz);
CREATE TEMP TABLE IF NOT EXISTS time_span (agent_id integer, starts timestamptz, ends timestamptz);
CREATE TEMP TABLE IF NOT EXISTS worked_span (agent_id integer, starts timestamptz, ends timestamptz);
CREATE TEMP TABLE IF NOT EXISTS planned_span (agent_id integer, starts timestamptz, ends timestamptz);
CREATE TEMP TABLE IF NOT EXISTS fresh_agent_time (LIKE agent_time);
CREATE TEMP TABLE IF NOT EXISTS fresh_worked_shift (LIKE worked_shift);
CREATE TEMP TABLE IF NOT EXISTS fresh_planned_shift (LIKE planned_shift);
CREATE TEMP TABLE IF NOT EXISTS changed_presence (agent_id integer, since timestamptz, until timestamptz, first_day date, last_day date);
TRUNCATE touched_time, time_span, worked_span, planned_span, fresh_agent_time, fresh_worked_shift, fresh_planned_shift, changed_presence
