-- Values that become members of dimensions: where a contact was transferred to, the medium that a survey was sent by, and the own attributes of a
-- deployment. A contact's values are repeated in its legs and surveys, as its other dimensions are.

-- A code with its letters in lower case, as requests find it. lower() itself follows the locale of the database, and in the locale C, which the
-- embedded server has, it leaves É as it is. PostgreSQL has a collation of all letters from version 17 on, and earlier ones of ICU, if it was built
-- with it.
DO $$
DECLARE
  named text := CASE
    WHEN current_setting('server_version_num')::int >= 170000 THEN ' COLLATE pg_catalog.pg_c_utf8'
    WHEN EXISTS (SELECT FROM pg_collation AS c WHERE c.collname = 'und-x-icu') THEN ' COLLATE pg_catalog."und-x-icu"'
    ELSE ''
  END;
BEGIN
  EXECUTE format(
    'CREATE FUNCTION fold_code(code text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS %L', format('SELECT lower(code%s)', named));
END
$$;

-- The members, by the dimension that they belong to: transferred_to, sent_by, attribute_1 … attribute_8. Spellings that differ in case only are
-- one member. A full dimension has the member "other" (overflow), for all further values.
CREATE TABLE dimension_value (
  dimension  text NOT NULL,
  value_id   smallint NOT NULL CHECK (value_id > 0),
  code       text NOT NULL CHECK (octet_length(code) <= 200),
  label_en   text,
  label_fr   text,
  overflow   boolean NOT NULL DEFAULT false,
  PRIMARY KEY (dimension, value_id)
);
CREATE UNIQUE INDEX dimension_value_code ON dimension_value (dimension, fold_code(code));
CREATE UNIQUE INDEX dimension_value_overflow ON dimension_value (dimension) WHERE overflow;

-- The own attributes, each with the number of its column. A rollup of an attribute is planned once a worker has noted what is to be filled, and
-- filled once it holds the attribute.
CREATE TABLE attribute (
  number      smallint PRIMARY KEY CHECK (number BETWEEN 1 AND 8),
  name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9_]{0,39}$'),
  label_en    text,
  label_fr    text,
  has_rollup  boolean NOT NULL DEFAULT false,
  planned     boolean NOT NULL DEFAULT false,
  filled      boolean NOT NULL DEFAULT false,
  CHECK ((has_rollup OR NOT planned) AND (planned OR NOT filled))
);

-- The ids of the members; 0 for no value.
ALTER TABLE contact
  ADD COLUMN transferred_to_id smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_1 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_2 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_3 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_4 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_5 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_6 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_7 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_8 smallint NOT NULL DEFAULT 0;
ALTER TABLE leg
  ADD COLUMN transferred_to_id smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_1 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_2 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_3 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_4 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_5 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_6 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_7 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_8 smallint NOT NULL DEFAULT 0;
ALTER TABLE survey
  ADD COLUMN sent_by_id smallint NOT NULL DEFAULT 0,
  ADD COLUMN transferred_to_id smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_1 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_2 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_3 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_4 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_5 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_6 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_7 smallint NOT NULL DEFAULT 0,
  ADD COLUMN attribute_8 smallint NOT NULL DEFAULT 0;

-- The stored values become members: of each dimension the 1,000 most frequent ones, in their most frequent spelling. Longer ones than a code may
-- be, and all further ones, are "other". A value "none" is no value.
WITH named AS (
  SELECT 'transferred_to' AS dimension, c.transferred_to AS code, count(*) AS rows
  FROM contact AS c
  WHERE fold_code(c.transferred_to) <> 'none'
  GROUP BY 2
  UNION ALL
  SELECT 'sent_by', s.sent_by, count(*)
  FROM survey AS s
  WHERE fold_code(s.sent_by) <> 'none'
  GROUP BY 2
), spelled AS (
  SELECT DISTINCT ON (n.dimension, fold_code(n.code)) n.dimension, n.code, sum(n.rows) OVER (PARTITION BY n.dimension, fold_code(n.code)) AS rows
  FROM named AS n
  WHERE octet_length(n.code) <= 200
  ORDER BY n.dimension, fold_code(n.code), n.rows DESC, n.code
), ranked AS (
  SELECT s.dimension, s.code, row_number() OVER (PARTITION BY s.dimension ORDER BY s.rows DESC, s.code) AS rank
  FROM spelled AS s
), stored AS (
  SELECT r.dimension, r.rank AS value_id, r.code, false AS overflow
  FROM ranked AS r
  WHERE r.rank <= 1000
)
INSERT INTO dimension_value (dimension, value_id, code, label_en, label_fr, overflow)
SELECT s.dimension, s.value_id, s.code, NULL, NULL, s.overflow FROM stored AS s
UNION ALL
SELECT DISTINCT n.dimension, 1001, 'other', 'Other', 'Autre', true
FROM named AS n
WHERE NOT EXISTS (SELECT FROM stored AS s WHERE s.dimension = n.dimension AND fold_code(s.code) IN (fold_code(n.code), 'other'));
UPDATE dimension_value AS o
SET overflow = true
WHERE fold_code(o.code) = 'other'
  AND NOT o.overflow
  AND (
    EXISTS (
      SELECT FROM contact AS c
      WHERE o.dimension = 'transferred_to'
        AND fold_code(c.transferred_to) <> 'none'
        AND NOT EXISTS (SELECT FROM dimension_value AS v WHERE v.dimension = o.dimension AND fold_code(v.code) = fold_code(c.transferred_to))
    )
    OR EXISTS (
      SELECT FROM survey AS s
      WHERE o.dimension = 'sent_by'
        AND fold_code(s.sent_by) <> 'none'
        AND NOT EXISTS (SELECT FROM dimension_value AS v WHERE v.dimension = o.dimension AND fold_code(v.code) = fold_code(s.sent_by))
    )
  );

UPDATE contact AS c
SET transferred_to_id = coalesce(v.value_id, o.value_id)
FROM (SELECT DISTINCT t.transferred_to AS code FROM contact AS t WHERE fold_code(t.transferred_to) <> 'none') AS n
LEFT JOIN dimension_value AS v ON v.dimension = 'transferred_to' AND fold_code(v.code) = fold_code(n.code)
LEFT JOIN dimension_value AS o ON o.dimension = 'transferred_to' AND o.overflow
WHERE c.transferred_to = n.code;
UPDATE leg AS l
SET transferred_to_id = c.transferred_to_id
FROM contact AS c
WHERE c.transferred_to_id <> 0
  AND l.source_id = c.source_id
  AND l.contact_id = c.contact_id
  AND l.customer_id = c.customer_id
  AND l.day = c.day;
UPDATE survey AS s
SET transferred_to_id = c.transferred_to_id
FROM contact AS c
WHERE c.transferred_to_id <> 0
  AND s.contact_source_id = c.source_id
  AND s.contact_id = c.contact_id;
UPDATE survey AS s
SET sent_by_id = coalesce(v.value_id, o.value_id)
FROM (SELECT DISTINCT t.sent_by AS code FROM survey AS t WHERE fold_code(t.sent_by) <> 'none') AS n
LEFT JOIN dimension_value AS v ON v.dimension = 'sent_by' AND fold_code(v.code) = fold_code(n.code)
LEFT JOIN dimension_value AS o ON o.dimension = 'sent_by' AND o.overflow
WHERE s.sent_by = n.code;

-- The views of facts get the columns at their end, and stay as they are otherwise. No rollup changes by that, so that none is filled again: the
-- definitions that were noted before are noted anew.
CREATE FUNCTION pg_temp.extend_view(view_name text, alias text, more text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before text := pg_get_viewdef(view_name::regclass);
  added text;
BEGIN
  SELECT string_agg(format('%I.%I', alias, c.name), ', ')
  INTO added
  FROM unnest(more || ARRAY[
    'transferred_to_id', 'attribute_1', 'attribute_2', 'attribute_3', 'attribute_4', 'attribute_5', 'attribute_6', 'attribute_7', 'attribute_8'
  ]) AS c (name);
  -- The outermost FROM is the only one that is indented by three spaces.
  EXECUTE format('CREATE OR REPLACE VIEW %I AS %s', view_name, regexp_replace(before, E'\n   FROM ', format(E', %s\n   FROM ', added)));
  UPDATE rollup_source AS s SET definition = pg_get_viewdef(view_name::regclass) WHERE s.name = view_name AND s.definition = before;
END
$$;
SELECT
  pg_temp.extend_view(v.name, v.alias, v.more)
FROM (
  VALUES
    ('contact_fact', 'c', '{}'::text[]),
    ('pending_fact', 'c', '{}'),
    ('handling_fact', 'c', '{}'),
    ('response_fact', 'c', '{}'),
    ('pending_hours_fact', 'c', '{}'),
    ('answered_fact', 'c', '{}'),
    ('waiting_fact', 'c', '{}'),
    ('leg_fact', 'l', '{}'),
    ('shared_leg_fact', 'f', '{}'),
    ('survey_fact', 's', '{sent_by_id}'),
    ('sent_survey_fact', 'f', '{sent_by_id}'),
    ('score_fact', 'f', '{sent_by_id}'),
    ('employee_fact', 's', '{sent_by_id}')
) AS v (name, alias, more);

-- The walls' views of the facts repeat their columns, and are made again after the migrations.
DROP SCHEMA IF EXISTS walled, walled_team, across CASCADE;
