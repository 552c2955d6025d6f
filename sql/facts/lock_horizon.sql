-- The horizon moves while nobody counts by it, until the end of the transaction (refresh/keep_horizon.sql is the counterpart): a load marks
-- the cases that it matures, and would miss one that is being counted as immature for the first time.
SELECT pg_advisory_xact_lock(hashtext('cadran horizon'))
