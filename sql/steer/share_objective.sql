-- Return the state of objective $1, and lock it against changes until the end of the transaction. Check-ins do not wait
-- for each other.
SELECT o.state
FROM objective AS o
WHERE o.objective_id = $1
FOR SHARE
