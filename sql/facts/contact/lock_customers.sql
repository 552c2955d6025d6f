-- Allow one load at a time to mark what follows customers' contacts and to store them, until the end of the
-- transaction. Two concurrent loads would not see each other's rows, so neither would mark that the later contact is
-- now a repeat of the earlier.
SELECT pg_advisory_xact_lock(hashtext('cadran customers'))
