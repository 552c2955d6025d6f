-- Add the teams seen for the first time. A contact does not give their site, because it may have been answered at
-- another site than it was offered to.
INSERT INTO team (code)
SELECT DISTINCT team
FROM seen_contact
WHERE refused IS NULL AND team_id IS NULL AND team IS NOT NULL
ORDER BY 1
ON CONFLICT (code) DO NOTHING
