-- One load at a time marks what follows customers' contacts and stores them, until the end of the transaction: of two that know nothing of
-- each other's rows, neither would mark that the later contact is now a repeat of the earlier.
SELECT pg_advisory_xact_lock(hashtext('cadran customers'))
