-- Add the segments seen for the first time.
INSERT INTO segment (code)
SELECT DISTINCT segment
FROM seen_contact
WHERE refused IS NULL AND segment_id IS NULL AND segment IS NOT NULL
ORDER BY 1
ON CONFLICT (code) DO NOTHING
