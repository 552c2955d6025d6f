-- Make the tables for comparing the open times of sites with the previous ones. changed_hours: the days between which
-- they differ.
CREATE TEMP TABLE IF NOT EXISTS fresh_span (LIKE open_span);
CREATE TEMP TABLE IF NOT EXISTS changed_hours (site_id smallint, first_day date, last_day date);
TRUNCATE fresh_span, changed_hours
