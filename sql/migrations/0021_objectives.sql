-- Objectives with their key results, and what people said of them. Nothing here belongs to one person: an owner is the company, a site or a
-- team, and the scope of a key result names no agent (steer/objective_rules).

-- owner_id is a site's or a team's; 0 for the company. starts ≤ t < ends, on the owner's wall clock. version counts the changes of the
-- objective and of its key results: whoever changes one names the version that was read.
CREATE TABLE objective (
  objective_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title          text NOT NULL,
  description    text NOT NULL DEFAULT '',
  owner_kind     text NOT NULL CHECK (owner_kind IN ('company', 'site', 'team')),
  owner_id       smallint NOT NULL DEFAULT 0,
  starts         date NOT NULL,
  ends           date NOT NULL,
  parent_id      bigint REFERENCES objective,
  state          text NOT NULL CHECK (state IN ('draft', 'active', 'closed', 'abandoned')),
  version        integer NOT NULL DEFAULT 1,
  created_at     timestamptz NOT NULL,
  created_by     text NOT NULL,
  changed_at     timestamptz NOT NULL,
  closed_at      timestamptz,
  retrospective  text,
  CHECK (starts < ends),
  CHECK ((owner_kind = 'company') = (owner_id = 0)),
  CHECK (parent_id <> objective_id)
);
CREATE INDEX objective_parent ON objective (parent_id) WHERE parent_id IS NOT NULL;

-- scope: a list of {dimension, values, negated}, in the words of a question. metric NULL: its check-ins tell its value. path: a list of
-- {on, share}, where the way is not even.
CREATE TABLE key_result (
  key_result_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  objective_id   bigint NOT NULL REFERENCES objective ON DELETE CASCADE,
  title          text NOT NULL,
  metric         text,
  scope          jsonb NOT NULL DEFAULT '[]',
  unit           text NOT NULL,
  better         text NOT NULL CHECK (better IN ('higher', 'lower')),
  baseline       double precision NOT NULL,
  target         double precision NOT NULL,
  deadline       date NOT NULL,
  path           jsonb NOT NULL DEFAULT '[]',
  score          double precision CHECK (score BETWEEN 0 AND 1)
);
CREATE INDEX key_result_objective ON key_result (objective_id);

-- What somebody said of a key result on a day. Rows are added and never altered, whoever asks; what has been said of keeps its key result.
CREATE TABLE check_in (
  check_in_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key_result_id  bigint NOT NULL REFERENCES key_result,
  on_day         date NOT NULL,
  value          double precision,
  confidence     double precision CHECK (confidence BETWEEN 0 AND 1),
  comment        text NOT NULL DEFAULT '',
  author         text NOT NULL,
  recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX check_in_key_result ON check_in (key_result_id);
CREATE FUNCTION check_in_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'check-ins are append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER check_in_stands BEFORE UPDATE OR DELETE ON check_in FOR EACH ROW EXECUTE FUNCTION check_in_stands();
CREATE TRIGGER check_in_stays BEFORE TRUNCATE ON check_in FOR EACH STATEMENT EXECUTE FUNCTION check_in_stands();
