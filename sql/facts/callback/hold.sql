-- Lock promised callbacks against changes until the end of the transaction, while contacts that they may follow are
-- changed, by any number of loads at once (staged/lock.sql is the counterpart).
SELECT pg_advisory_xact_lock_shared(hashtext('cadran callback'))
