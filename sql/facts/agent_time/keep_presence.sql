-- The shifts that legs are taken in stay as they are until the end of the transaction, while any number of loads stores legs (hold_legs.sql is
-- the counterpart). Taken before partitions are made and after dimensions are, so that two loads never wait for each other crosswise.
SELECT pg_advisory_xact_lock_shared(hashtext('cadran presence'))
