-- Add the customers that the rows of a fact name for the first time. $1 are the codes.
INSERT INTO customer (code)
SELECT code
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM customer AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING
