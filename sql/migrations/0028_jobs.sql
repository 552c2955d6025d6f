-- The jobs of `cadran worker`: the last run of each, whichever worker ran it. A run without an end is under way, or its worker was killed.
CREATE TABLE job (
  name             text PRIMARY KEY,
  interval_seconds double precision NOT NULL CHECK (interval_seconds > 0),
  locked           boolean NOT NULL,
  worker           text NOT NULL,
  started_at       timestamptz NOT NULL,
  ended_at         timestamptz,
  -- Of the last run that ended.
  seconds          double precision,
  result           text NOT NULL DEFAULT '',
  error            text CHECK (length(error) <= 500),
  -- The number of failed runs since the last successful one.
  failures         integer NOT NULL DEFAULT 0
);
