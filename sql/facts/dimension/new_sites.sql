-- Sites named for the first time by the rows of another dimension: $1 the codes, $2 the zone that the load was given.
INSERT INTO site (code, zone)
SELECT code, $2::text
FROM unnest($1::text[]) AS code
WHERE NOT EXISTS (SELECT FROM site AS o WHERE o.code = code.code)
ORDER BY 1
ON CONFLICT (code) DO NOTHING
