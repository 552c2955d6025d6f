-- Add the sites seen for the first time, in the zone $1 that the load was given.
INSERT INTO site (code, zone)
SELECT DISTINCT site, $1::text
FROM ready_leg
WHERE refused IS NULL AND new_site
ORDER BY 1
ON CONFLICT (code) DO NOTHING
