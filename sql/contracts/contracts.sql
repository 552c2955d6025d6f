-- SLA contracts: their versions, their sealed periods, and the open times that they are settled by.

-- name: versions
-- Return every version of the contract $1 (NULL: of all contracts), the first one first. There are few at any time.
SELECT c.contract_id, c.code, v.version, v.effective_from, v.document::text AS document, v.created_at
FROM contract AS c
JOIN contract_version AS v ON v.contract_id = c.contract_id
WHERE $1::text IS NULL
   OR c.code = $1
ORDER BY c.code, v.version

-- name: seals
-- Return the sealed periods of the contract $1 (NULL: of all contracts), without their statements.
SELECT c.code, s.first_day, s.end_day, s.version, s.sealed_at
FROM contract AS c
JOIN contract_seal AS s ON s.contract_id = c.contract_id
WHERE $1::text IS NULL
   OR c.code = $1
ORDER BY c.code, s.first_day

-- name: create_contract
-- Create a contract with code $1 at $2. No row if it exists already.
INSERT INTO contract (code, created_at)
VALUES ($1, $2)
ON CONFLICT (code) DO NOTHING
RETURNING contract_id

-- name: lock_contract
-- Lock the contract $1 until the transaction ends: versions and seals of one contract are added one after the other.
SELECT c.contract_id
FROM contract AS c
WHERE c.code = $1
FOR UPDATE

-- name: add_version
-- Add version $2 to the contract $1: in effect from $3 on, with document $4, made at $5 by $6.
INSERT INTO contract_version (contract_id, version, effective_from, document, created_at, created_by)
VALUES ($1, $2, $3, $4::jsonb, $5, $6)

-- name: seal_period
-- Seal the period of contract $1 from $2 to before $3 by version $4 with statement $5, at $6 by $7. No row if it is
-- sealed already.
INSERT INTO contract_seal (contract_id, first_day, end_day, version, statement, sealed_at, sealed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (contract_id, first_day) DO NOTHING
RETURNING true

-- name: sealed_statement
-- Return the sealed statement of the period of the contract $1 that begins on $2 (primary key).
SELECT s.statement, s.version, s.sealed_at
FROM contract_seal AS s
WHERE s.contract_id = $1
  AND s.first_day = $2

-- name: open_spans
-- Return when the sites $1 (codes) are open between $2 and $3, in order (key of open_span).
SELECT s.code, o.starts_at, o.ends_at
FROM site AS s
JOIN open_span AS o ON o.site_id = s.site_id
WHERE s.code = ANY ($1::text[])
  AND o.starts_at < $3
  AND o.ends_at > $2
ORDER BY s.code, o.starts_at
