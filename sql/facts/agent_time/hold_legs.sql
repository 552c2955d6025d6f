-- Legs are stored only before or after this, until the end of the transaction: of a load of legs and one of states that know nothing of each
-- other's rows, neither would mark that the legs count (keep_presence.sql is the counterpart).
SELECT pg_advisory_xact_lock(hashtext('cadran presence'))
