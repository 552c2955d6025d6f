-- The walls: roles, settings, and what exists already. walls/across.sql and walls/granted.sql make their views and
-- grants.

-- name: roles
-- Make the roles that questions of callers with a scope are read as. Nobody can log in as these roles, and the
-- service's user may assume them. A role's name belongs to the whole cluster, so another database may have made it, or
-- may be making it at this moment.
DO $$
DECLARE
  reader text;
BEGIN
  FOREACH reader IN ARRAY ARRAY[
    'cadran_reader', 'cadran_team_reader', 'cadran_queue_reader', 'cadran_site_queue_reader', 'cadran_team_queue_reader'
  ] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', reader);
      END IF;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    IF current_setting('server_version_num')::int < 160000 THEN
      IF NOT pg_has_role(reader, 'MEMBER') THEN
        EXECUTE format('GRANT %I TO CURRENT_USER', reader);
      END IF;
    ELSIF NOT pg_has_role(reader, 'SET') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', reader);
    END IF;
  END LOOP;
END
$$

-- name: settings
-- The ids that a session may read, as SET wrote them. Unset or empty lets no row pass.
CREATE OR REPLACE FUNCTION walled_sites() RETURNS smallint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT string_to_array(current_setting('cadran.sites', true), ',')::smallint[]
$$;
CREATE OR REPLACE FUNCTION walled_teams() RETURNS smallint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT string_to_array(current_setting('cadran.teams', true), ',')::smallint[]
$$;
CREATE OR REPLACE FUNCTION walled_agents() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT string_to_array(current_setting('cadran.agents', true), ',')::integer[]
$$;
CREATE OR REPLACE FUNCTION walled_queues() RETURNS smallint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT string_to_array(current_setting('cadran.queues', true), ',')::smallint[]
$$;

-- Whether a group of rows that were read across sites may be shown. queue_id: the queue that a group of agents is shown
-- for, or null. Behind a wall, another function of this name comes first in search_path. A function with fewer arguments,
-- as earlier versions made it, would let all rows pass.
DROP FUNCTION IF EXISTS within_wall(smallint, smallint, integer);
CREATE OR REPLACE FUNCTION within_wall(site_id smallint, team_id smallint, agent_id integer, queue_id smallint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT true
$$;

-- name: present
-- Return the text that the walls were last built of. No row if one of the schemas $1 does not exist, or if one of their
-- readers $2 lacks its rights in this cluster.
SELECT obj_description(to_regnamespace('walled')::oid, 'pg_namespace') AS built_of
FROM unnest($1::text[], $2::text[]) AS k (walled, reader)
LEFT JOIN pg_namespace AS n ON n.nspname = k.walled
LEFT JOIN pg_roles AS r ON r.rolname = k.reader
HAVING bool_and(COALESCE(has_schema_privilege(r.oid, n.oid, 'USAGE'), false))

-- name: columns
-- Return the columns of the views of facts and of agents, which the views of the walls repeat.
SELECT string_agg(format('%s.%s %s', c.relname, a.attname, a.atttypid::regtype), ', ' ORDER BY c.relname, a.attnum) AS columns
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = to_regnamespace('public')::oid
  AND (c.relkind = 'v' OR c.oid = to_regclass('public.agent'))

-- name: state
-- Return the tables whose rows belong to a site, a team or a queue, and the parts of their walls that exist already.
SELECT
  quote_ident(n.nspname) AS schema,
  quote_ident(c.relname) AS name,
  c.relrowsecurity AS secured,
  array_agg(a.attname::text) AS columns,
  ARRAY(SELECT p.polname::text FROM pg_policy AS p WHERE p.polrelid = c.oid) AS policies
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname IN ('site_id', 'team_id', 'agent_id', 'queue_id') AND NOT a.attisdropped
WHERE n.nspname IN ('public', 'rollup')
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
GROUP BY n.nspname, c.oid
ORDER BY 1, 2

-- name: standing
-- Return whether the walls with the schemas $1 exist, whether they would also apply to the present user, and who that
-- is. No row if there is no schema at all.
SELECT
  quote_ident(current_user) AS asker,
  row_security_active(c.oid) AS bound,
  (SELECT bool_and(to_regnamespace(k.walled) IS NOT NULL) FROM unnest($1::text[]) AS k (walled)) AS standing
FROM pg_class AS c
WHERE c.oid = to_regclass('public.site')
