-- Find the larger tables that have no statistics yet. Autovacuum makes statistics within a minute or so. Until then the
-- planner guesses, and with its guesses the queries about cases and their legs can take hours.
SELECT c.oid::regclass::text AS name
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r'
  AND c.relpersistence = 'p'
  AND c.reltuples < 0
  AND n.nspname = current_schema()
  AND pg_relation_size(c.oid) >= 65536
ORDER BY 1
