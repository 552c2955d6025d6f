-- One load works out agents' time at a time, until the end of its transaction.
SELECT pg_advisory_xact_lock(hashtext('cadran agent time'))
