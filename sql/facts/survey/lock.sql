-- One load of surveys at a time, and none of contacts that are being corrected (hold.sql), until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtext('cadran surveys'))
