-- Who aligns an objective to another, or deletes one, does so alone, so that no two of them close a circle between them; readers and check-ins
-- do not wait.
SELECT pg_advisory_xact_lock(hashtext('cadran objective alignment'))
