-- Add the agents seen for the first time, in the team of their latest row.
INSERT INTO agent (code, team_id)
SELECT DISTINCT ON (s.agent) s.agent, coalesce(t.team_id, 0)
FROM seen_contact AS s
LEFT JOIN team AS t ON t.code = s.team
WHERE s.refused IS NULL AND s.agent_id IS NULL AND s.agent IS NOT NULL
ORDER BY s.agent, t.team_id IS NULL, s.line DESC
ON CONFLICT (code) DO NOTHING
