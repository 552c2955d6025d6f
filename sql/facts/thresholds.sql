-- The wait thresholds at which the rollups count exactly, in addition to the edges of the bins.

-- name: known
-- Return every threshold, with whether the rollups count at it.
SELECT t.seconds, t.filled FROM wait_threshold AS t ORDER BY t.seconds

-- name: listed
-- Return every threshold, with whether the rollups count at it, and whether an operator added it.
SELECT n.seconds, COALESCE(t.filled, false) AS filled, EXISTS (SELECT FROM exact_threshold AS e WHERE e.seconds = n.seconds) AS added
FROM named_threshold AS n
LEFT JOIN wait_threshold AS t ON t.seconds = n.seconds
ORDER BY n.seconds

-- name: add
-- Add the threshold $1. One row if it is new.
INSERT INTO exact_threshold (seconds) VALUES ($1) ON CONFLICT DO NOTHING RETURNING seconds

-- name: remove
-- Remove the threshold $1. One row if an operator had added it.
DELETE FROM exact_threshold AS e WHERE e.seconds = $1 RETURNING e.seconds

-- name: differing
-- Return whether the thresholds that are named differ from those that are known, or any is not planned.
SELECT EXISTS (
  SELECT
  FROM named_threshold AS n
  FULL JOIN wait_threshold AS t ON t.seconds = n.seconds
  WHERE n.seconds IS NULL OR t.seconds IS NULL OR NOT t.planned
) AS differing

-- name: lock
-- Wait for the transactions that write rollups, and let no other begin until the end of this one.
SELECT pg_advisory_xact_lock(hashtext('cadran declarations'))

-- name: forget
-- Forget the thresholds that nobody names any more.
DELETE FROM wait_threshold AS t
WHERE NOT EXISTS (SELECT FROM named_threshold AS n WHERE n.seconds = t.seconds)
RETURNING t.seconds

-- name: plan
-- Know every named threshold, and note as planned those that were not.
INSERT INTO wait_threshold AS t (seconds, planned)
SELECT n.seconds, true FROM named_threshold AS n
ON CONFLICT (seconds) DO UPDATE SET planned = true WHERE NOT t.planned
RETURNING t.seconds

-- name: finish
-- Note as filled the thresholds of which no month is left.
UPDATE wait_threshold AS t
SET filled = true
WHERE t.planned
  AND NOT t.filled
  AND NOT EXISTS (SELECT FROM rollup_fill AS f WHERE f.change = 'threshold')
RETURNING t.seconds

-- name: raise_version
-- Rollups have stopped being what they were.
UPDATE data_state SET rollups_version = rollups_version + 1
