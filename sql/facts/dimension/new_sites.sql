-- Add the sites that the rows of another dimension name for the first time. $1 are the codes, $2 is the zone that the
-- load was given.
INSERT INTO site (code, zone)
SELECT code, $2::text
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM site AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING
