-- No load of facts runs until the end of the transaction (keep_sites.sql is the counterpart): what follows from a new zone or a new tariff
-- would miss the contacts that are being stored.
SELECT pg_advisory_xact_lock(hashtext('cadran sites'))
