-- Objectives, and how they are aligned. find.sql reads whole objectives.

-- name: share_objective
-- Return the state of objective $1, and lock it against changes until the end of the transaction. Check-ins do not wait
-- for each other.
SELECT o.state
FROM objective AS o
WHERE o.objective_id = $1
FOR SHARE

-- name: hold_objective
-- Return the version of objective $1, and lock the objective until the end of the transaction: concurrent changes wait,
-- and then read the changed objective.
SELECT o.version, o.state
FROM objective AS o
WHERE o.objective_id = $1
FOR NO KEY UPDATE

-- name: hold_alignment
-- Allow one transaction at a time to align an objective to another, or to delete one, so that two of them cannot close
-- a circle. Readers and check-ins do not wait.
SELECT pg_advisory_xact_lock(hashtext('cadran objective alignment'))

-- name: is_above
-- Return whether objective $2 is objective $1, or above it.
WITH RECURSIVE above (objective_id) AS (
  SELECT $1::bigint
  UNION
  SELECT o.parent_id
  FROM above AS a
  JOIN objective AS o ON o.objective_id = a.objective_id
  WHERE o.parent_id IS NOT NULL
)
SELECT EXISTS (
  SELECT
  FROM above AS a
  WHERE a.objective_id = $2::bigint
)

-- name: has_children
-- Return whether any objective is aligned to objective $1 (index objective_parent).
SELECT EXISTS (
  SELECT
  FROM objective AS o
  WHERE o.parent_id = $1
)

-- name: create_objective
-- Create an objective. Return its number.
INSERT INTO objective (title, description, owner_kind, owner_id, starts, ends, parent_id, state, created_at, created_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9)
RETURNING objective_id

-- name: change_objective
-- Change objective $1, at $9.
UPDATE objective
SET title = $2, description = $3, owner_kind = $4, owner_id = $5, starts = $6, ends = $7, parent_id = $8, changed_at = $9,
  state = $10, retrospective = $11, closed_at = $12, version = version + 1
WHERE objective_id = $1

-- name: touch_objective
-- Record that a key result of objective $1 was changed at $2.
UPDATE objective
SET version = version + 1, changed_at = $2
WHERE objective_id = $1

-- name: delete_objective
-- Delete objective $1 with its key results.
DELETE FROM objective
WHERE objective_id = $1
