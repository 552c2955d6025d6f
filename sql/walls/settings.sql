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

-- Whether a group of rows that were read across sites may be shown. Behind a wall, another function of this name comes
-- first in search_path.
CREATE OR REPLACE FUNCTION within_wall(site_id smallint, team_id smallint, agent_id integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT true
$$;
