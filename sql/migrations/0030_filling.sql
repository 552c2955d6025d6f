-- The columns of the rollups as the database has them, and how far they are filled (facts/refresh/reconcile.py explains the rules).

-- What each column is computed from (a fingerprint; empty: no longer declared, so no longer written), the change whose marks recompute it, and
-- since when it is being filled (NULL: all rows have it).
CREATE TABLE rollup_column (
  rollup         text NOT NULL,
  name           text NOT NULL,
  fingerprint    text NOT NULL,
  change         text NOT NULL,
  filling_since  timestamptz,
  PRIMARY KEY (rollup, name)
);

-- The months of sites that are still to be recomputed for columns that are being filled, by the change that recomputes them.
CREATE TABLE rollup_fill (
  change   text NOT NULL,
  site_id  smallint NOT NULL,
  month    date NOT NULL,
  PRIMARY KEY (change, site_id, month)
);

-- The views of facts as the rollups were computed from them: a view that reads otherwise fills its rollups again.
CREATE TABLE rollup_source (
  name        text PRIMARY KEY,
  definition  text NOT NULL
);

-- The declarations that the rollups were last reconciled with; only a worker with the same declarations writes rollups. And a number that grows
-- whenever a filled column stops being what it was: a statement names the number that it was planned with.
ALTER TABLE data_state
  ADD COLUMN declarations text NOT NULL DEFAULT '',
  ADD COLUMN rollups_version bigint NOT NULL DEFAULT 0;

-- Whether the rollups are still those that a statement was planned with. It raises instead of returning false, so that no figure is read from a
-- column that means something else. Its arguments are constant, so PostgreSQL calls it once a statement, and in the statement's own snapshot.
CREATE FUNCTION rollups_as_of(version bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF version IS DISTINCT FROM (SELECT d.rollups_version FROM data_state AS d) THEN
    RAISE EXCEPTION 'the rollups are no longer those of version %', version USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN true;
END
$$;
