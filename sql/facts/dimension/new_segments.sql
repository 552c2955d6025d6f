-- Segments named for the first time by the rows of another dimension: $1 the codes.
INSERT INTO segment (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM segment AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING
