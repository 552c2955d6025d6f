-- Create an objective. Return its number.
INSERT INTO objective (title, description, owner_kind, owner_id, starts, ends, parent_id, state, created_at, created_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9)
RETURNING objective_id
