-- Lock the horizon against moves until the end of the transaction (lock_horizon.sql is the counterpart).
SELECT pg_advisory_xact_lock_shared(hashtext('cadran horizon'))
