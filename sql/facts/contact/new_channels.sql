-- Find the channels seen for the first time.
SELECT DISTINCT channel AS code
FROM seen_contact
WHERE refused IS NULL AND channel_id IS NULL
ORDER BY 1
