-- Return the tables whose rows belong to a site or a team, and the parts of their walls that exist already.
SELECT
  quote_ident(n.nspname) AS schema,
  quote_ident(c.relname) AS name,
  c.relrowsecurity AS secured,
  array_agg(a.attname::text) AS columns,
  ARRAY(SELECT p.polname::text FROM pg_policy AS p WHERE p.polrelid = c.oid) AS policies
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname IN ('site_id', 'team_id', 'agent_id') AND NOT a.attisdropped
WHERE n.nspname IN ('public', 'rollup')
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
GROUP BY n.nspname, c.oid
ORDER BY 1, 2
