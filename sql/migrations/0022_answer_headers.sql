-- An answer that is given again comes with the headers that it was given with (Location, ETag): a JSON object.
ALTER TABLE idempotency ADD COLUMN headers text;
