-- The state of objective $1, which stays until the end of the transaction; check-ins do not wait for each other.
SELECT o.state
FROM objective AS o
WHERE o.objective_id = $1
FOR SHARE
