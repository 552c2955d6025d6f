-- Return the sealed periods of the contract $1 (NULL: of all contracts), without their statements.
SELECT c.code, s.first_day, s.end_day, s.version, s.sealed_at
FROM contract AS c
JOIN contract_seal AS s ON s.contract_id = c.contract_id
WHERE $1::text IS NULL
   OR c.code = $1
ORDER BY c.code, s.first_day
