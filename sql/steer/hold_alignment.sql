-- Allow one transaction at a time to align an objective to another, or to delete one, so that two of them cannot close
-- a circle. Readers and check-ins do not wait.
SELECT pg_advisory_xact_lock(hashtext('cadran objective alignment'))
