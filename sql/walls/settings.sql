-- What a session has said that it may read: ids, as SET wrote them. Unset or empty lets nothing pass.
CREATE OR REPLACE FUNCTION walled_sites() RETURNS smallint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT string_to_array(current_setting('cadran.sites', true), ',')::smallint[]
$$;
CREATE OR REPLACE FUNCTION walled_teams() RETURNS smallint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT string_to_array(current_setting('cadran.teams', true), ',')::smallint[]
$$;
CREATE OR REPLACE FUNCTION walled_agents() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT string_to_array(current_setting('cadran.agents', true), ',')::integer[]
$$;

-- Whether a group of rows that were read across sites may be told: behind a wall, another function of this name stands first in search_path.
CREATE OR REPLACE FUNCTION within_wall(site_id smallint, team_id smallint, agent_id integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT true
$$;
