-- Return the text that the walls were last built of. No row if they do not exist, or if their readers lack their rights
-- in this cluster.
SELECT obj_description(n.oid, 'pg_namespace') AS built_of
FROM pg_namespace AS n
JOIN pg_roles AS r ON r.rolname = 'cadran_reader' AND has_schema_privilege(r.oid, n.oid, 'USAGE')
JOIN pg_namespace AS m ON m.nspname = 'walled_team'
JOIN pg_roles AS t ON t.rolname = 'cadran_team_reader' AND has_schema_privilege(t.oid, m.oid, 'USAGE')
WHERE n.nspname = 'walled'
