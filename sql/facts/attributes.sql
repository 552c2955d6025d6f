-- The contacts' own attributes: their names, the columns of the facts that hold them, and the rollups that hold some of them.

-- name: listed
-- Return every attribute, with the number of its values, and whether the rollups hold it.
SELECT
  a.number, a.name, a.label_en, a.label_fr, a.has_rollup, a.filled,
  (SELECT count(*) FROM dimension_value AS v WHERE v.dimension = 'attribute_' || a.number AND NOT v.overflow)::int AS members
FROM attribute AS a
ORDER BY a.number

-- name: add
-- Add an attribute in the column $1: $2 name, $3 $4 labels, $5 whether the rollups hold it.
INSERT INTO attribute (number, name, label_en, label_fr, has_rollup)
VALUES ($1::smallint, $2, $3, $4, $5)

-- name: change
-- Change the labels ($2 English, $3 French; null: as before) of the attribute $1, and let the rollups hold it ($4).
UPDATE attribute AS a
SET label_en = coalesce($2, a.label_en), label_fr = coalesce($3, a.label_fr), has_rollup = a.has_rollup OR $4
WHERE a.name = $1

-- name: lock
-- Let no other change of attributes begin until the end of the transaction.
LOCK TABLE attribute IN SHARE ROW EXCLUSIVE MODE

-- name: uses
-- Return what the removal of the attribute $1 loses: the contacts with a value, and the valid keys that are bound to it.
SELECT
  (SELECT count(*) FROM contact AS c WHERE c.{column} <> 0) AS contacts,
  ARRAY(
    SELECT k.name
    FROM api_key AS k
    WHERE EXISTS (SELECT FROM unnest(k.attributes) AS b (bound) WHERE split_part(b.bound, '=', 1) = $1)
      AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > now())
    ORDER BY k.name
  ) AS keys

-- name: clear
-- Empty the column of an attribute in a table of facts.
UPDATE {table} AS f SET {column} = 0 WHERE f.{column} <> 0

-- name: remove_values
-- Delete the values of the column $1.
DELETE FROM dimension_value AS v WHERE v.dimension = $1

-- name: remove
-- Delete the attribute with the name $1.
DELETE FROM attribute AS a WHERE a.name = $1

-- name: differing
-- Return whether the rollups are to hold an attribute that is not planned yet.
SELECT EXISTS (SELECT FROM attribute AS a WHERE a.has_rollup AND NOT a.planned) AS differing

-- name: plan
-- Note as planned the attributes that the rollups are to hold.
UPDATE attribute AS a SET planned = true WHERE a.has_rollup AND NOT a.planned RETURNING a.name

-- name: finish
-- Note as filled the attributes of which no month is left.
UPDATE attribute AS a
SET filled = true
WHERE a.planned
  AND NOT a.filled
  AND NOT EXISTS (SELECT FROM rollup_fill AS f WHERE f.change = 'attribute')
RETURNING a.name

-- name: forget
-- Delete the rows of the attribute $1 from a rollup.
DELETE FROM {table} AS f WHERE f.attribute = $1::smallint
