-- Allow legs to be stored only before or after this transaction. A load of legs and a concurrent load of states do not
-- see each other's rows, so neither would mark that the legs count (keep_presence.sql is the counterpart).
SELECT pg_advisory_xact_lock(hashtext('cadran presence'))
