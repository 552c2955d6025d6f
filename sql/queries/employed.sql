-- Return when agents joined and left (last day included), for agents of whom either is known. A small table, read as a
-- whole.
SELECT a.agent_id, coalesce(a.joined_on, '-infinity') AS joined_on, coalesce(a.left_on, 'infinity') AS left_on
FROM agent AS a
WHERE a.joined_on IS NOT NULL OR a.left_on IS NOT NULL
