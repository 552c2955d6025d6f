-- What the role $1 may select, with the columns that say whose its rows are, whether a policy for the role applies there,
-- and whether that policy lets all rows pass.
SELECT
  n.nspname || '.' || c.relname AS relation,
  c.relkind IN ('v', 'm') AS is_view,
  ARRAY(
    SELECT a.attname::text
    FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN ('site_id', 'team_id', 'queue_id')
  ) AS columns,
  c.relrowsecurity AND EXISTS (
    SELECT
    FROM pg_policy AS p
    JOIN pg_roles AS r ON r.oid = ANY (p.polroles)
    WHERE p.polrelid = c.oid AND r.rolname = $1
  ) AS secured,
  EXISTS (
    SELECT
    FROM pg_policy AS p
    JOIN pg_roles AS r ON r.oid = ANY (p.polroles)
    WHERE p.polrelid = c.oid AND r.rolname = $1 AND pg_get_expr(p.polqual, p.polrelid) = 'true'
  ) AS is_open
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname NOT LIKE 'pg\_%'
  AND n.nspname <> 'information_schema'
  AND has_table_privilege($1, c.oid, 'SELECT')
ORDER BY 1
