-- What is still open, alone: callbacks promised stay in that outcome for good, and made of a few open contacts an index that grows with the
-- facts. A year's service level read every promise of the year to find them.

DROP INDEX contact_pending;
CREATE INDEX contact_pending ON contact (site_id, day) WHERE outcome_id = 7;
