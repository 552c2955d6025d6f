-- Find the unknown codes that the batch names, each with its dimension: `agent:JDOE`.
SELECT DISTINCT u.unknown
FROM ready_{table} AS r
CROSS JOIN LATERAL unnest(r.unknown) AS u (unknown)
WHERE r.refused IS NULL
  AND u.unknown IS NOT NULL
ORDER BY 1
