-- Allow one load at a time to compute agents' time, until the end of its transaction.
SELECT pg_advisory_xact_lock(hashtext('cadran agent time'))
