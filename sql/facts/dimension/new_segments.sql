-- Add the segments that the rows of another dimension name for the first time. $1 are the codes.
INSERT INTO segment (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM segment AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING
