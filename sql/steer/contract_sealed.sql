-- Return the sealed statement of the period of the contract $1 that begins on $2 (primary key).
SELECT s.statement, s.version, s.sealed_at
FROM contract_seal AS s
WHERE s.contract_id = $1
  AND s.first_day = $2
