-- The version of objective $1, held until the end of the transaction: whoever changes it waits, and then reads what was changed.
SELECT o.version, o.state
FROM objective AS o
WHERE o.objective_id = $1
FOR NO KEY UPDATE
