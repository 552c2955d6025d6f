-- Teams seen for the first time. Their site is not told by a contact, which may have been answered elsewhere than it was offered.
INSERT INTO team (code)
SELECT DISTINCT team
FROM seen_contact
WHERE refused IS NULL AND team_id IS NULL AND team IS NOT NULL
ORDER BY 1
ON CONFLICT (code) DO NOTHING
