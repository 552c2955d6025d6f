-- A contract with code $1, made at $2; no row where there is one already.
INSERT INTO contract (code, created_at)
VALUES ($1, $2)
ON CONFLICT (code) DO NOTHING
RETURNING contract_id
