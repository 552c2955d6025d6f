-- Seal the period of contract $1 from $2 to before $3 by version $4 with statement $5, at $6 by $7. No row if it is
-- sealed already.
INSERT INTO contract_seal (contract_id, first_day, end_day, version, statement, sealed_at, sealed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (contract_id, first_day) DO NOTHING
RETURNING true
