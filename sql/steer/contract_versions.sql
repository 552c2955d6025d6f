-- Return every version of the contract $1 (NULL: of all contracts), the first one first. There are few at any time.
SELECT c.contract_id, c.code, v.version, v.effective_from, v.document::text AS document, v.created_at
FROM contract AS c
JOIN contract_version AS v ON v.contract_id = c.contract_id
WHERE $1::text IS NULL
   OR c.code = $1
ORDER BY c.code, v.version
