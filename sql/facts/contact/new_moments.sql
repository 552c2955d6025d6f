-- Add the moments seen for the first time.
INSERT INTO moment (code)
SELECT DISTINCT moment
FROM seen_contact
WHERE refused IS NULL AND moment_id IS NULL AND moment IS NOT NULL
ORDER BY 1
ON CONFLICT (code) DO NOTHING
