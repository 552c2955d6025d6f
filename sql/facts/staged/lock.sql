-- Allow one load of a kind at a time, until the end of the transaction. $1 is the kind's table.
SELECT pg_advisory_xact_lock(hashtext('cadran ' || $1::text))
