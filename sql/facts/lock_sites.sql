-- Lock out loads of facts until the end of the transaction (keep_sites.sql is the counterpart): the effects of a new
-- zone or tariff would miss the contacts that are being stored.
SELECT pg_advisory_xact_lock(hashtext('cadran sites'))
