-- Add the teams seen for the first time, at the site that their leg names.
INSERT INTO team (code, site_id)
SELECT DISTINCT ON (l.team) l.team, coalesce(s.site_id, 0)
FROM ready_leg AS l
LEFT JOIN site AS s ON s.code = l.site
WHERE l.refused IS NULL AND l.new_team
ORDER BY l.team, s.site_id IS NULL, l.line DESC
ON CONFLICT (code) DO NOTHING
