-- Add the agents that the rows of a fact name for the first time. $1 are the codes.
INSERT INTO agent (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM agent AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING
