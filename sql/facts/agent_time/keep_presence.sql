-- Lock the shifts in which legs are taken against changes until the end of the transaction, while any number of loads
-- stores legs (hold_legs.sql is the counterpart). Loads take this lock after they add dimension members and before they
-- make partitions, so that two loads never deadlock.
SELECT pg_advisory_xact_lock_shared(hashtext('cadran presence'))
