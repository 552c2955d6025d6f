-- Lock the horizon for a move while no refresh computes with it, until the end of the transaction
-- (refresh/keep_horizon.sql is the counterpart). A load marks the cases that it matures, and would miss one that is
-- just being counted as immature for the first time.
SELECT pg_advisory_xact_lock(hashtext('cadran horizon'))
