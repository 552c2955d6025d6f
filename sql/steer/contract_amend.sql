-- Version $2 of the contract $1: in effect from $3 on, saying $4, made at $5 by $6.
INSERT INTO contract_version (contract_id, version, effective_from, document, created_at, created_by)
VALUES ($1, $2, $3, $4::jsonb, $5, $6)
