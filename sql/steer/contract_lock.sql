-- Lock the contract $1 until the transaction ends: versions and seals of one contract are added one after the other.
SELECT c.contract_id
FROM contract AS c
WHERE c.code = $1
FOR UPDATE
