-- Return the version of objective $1, and lock the objective until the end of the transaction: concurrent changes wait,
-- and then read the changed objective.
SELECT o.version, o.state
FROM objective AS o
WHERE o.objective_id = $1
FOR NO KEY UPDATE
