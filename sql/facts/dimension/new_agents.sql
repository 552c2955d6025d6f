-- Agents named for the first time by the rows of a fact: $1 the codes.
INSERT INTO agent (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM agent AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING
