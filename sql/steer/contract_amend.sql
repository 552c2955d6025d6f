-- Add version $2 to the contract $1: in effect from $3 on, with document $4, made at $5 by $6.
INSERT INTO contract_version (contract_id, version, effective_from, document, created_at, created_by)
VALUES ($1, $2, $3, $4::jsonb, $5, $6)
