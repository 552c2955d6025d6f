-- Make the table for moving the contacts of sites with a new zone.
CREATE TEMP TABLE IF NOT EXISTS moved_contact (
  source_id smallint, contact_id text, customer_id bigint, site_id smallint, day date, new_day date, new_quarter smallint
);
TRUNCATE moved_contact
