-- Make the roles that questions of callers with a scope are read as. Nobody can log in as these roles, and the
-- service's user may assume them. A role's name belongs to the whole cluster, so another database may have made it, or
-- may be making it at this moment.
DO $$
DECLARE
  reader text;
BEGIN
  FOREACH reader IN ARRAY ARRAY['cadran_reader', 'cadran_team_reader'] LOOP
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
