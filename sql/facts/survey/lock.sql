-- Allow one load of surveys at a time, and no correction of contacts (hold.sql), until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtext('cadran surveys'))
