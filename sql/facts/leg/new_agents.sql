-- Add the agents seen for the first time, in the team of their latest leg.
INSERT INTO agent (code, team_id)
SELECT DISTINCT ON (l.agent) l.agent, coalesce(t.team_id, 0)
FROM ready_leg AS l
LEFT JOIN team AS t ON t.code = l.team
WHERE l.refused IS NULL AND l.new_agent
ORDER BY l.agent, t.team_id IS NULL, l.line DESC
ON CONFLICT (code) DO NOTHING
