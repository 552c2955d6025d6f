-- Where the open times of sites lie while they are compared with those of before; changed_hours: between which days they differ.
CREATE TEMP TABLE IF NOT EXISTS fresh_span (LIKE open_span);
CREATE TEMP TABLE IF NOT EXISTS changed_hours (site_id smallint, first_day date, last_day date);
TRUNCATE fresh_span, changed_hours
