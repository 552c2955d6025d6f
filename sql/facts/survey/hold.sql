-- Surveys stay as they are until the end of the transaction while contacts that they may follow are changed, by any number of loads at once
-- (lock.sql is the counterpart). Taken before partitions are made, here and there, so that two loads never wait for each other crosswise.
SELECT pg_advisory_xact_lock_shared(hashtext('cadran surveys'))
