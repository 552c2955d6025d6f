-- Create a contract with code $1 at $2. No row if it exists already.
INSERT INTO contract (code, created_at)
VALUES ($1, $2)
ON CONFLICT (code) DO NOTHING
RETURNING contract_id
