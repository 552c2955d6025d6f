-- Lock surveys against changes until the end of the transaction, while contacts that they may follow are changed, by
-- any number of loads at once (lock.sql is the counterpart). All loads take this lock before they make partitions, so
-- that two loads never deadlock.
SELECT pg_advisory_xact_lock_shared(hashtext('cadran surveys'))
