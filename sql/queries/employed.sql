-- When agents joined and left, their last day included, of whom either is known. A small table, read whole.
SELECT a.agent_id, coalesce(a.joined_on, '-infinity') AS joined_on, coalesce(a.left_on, 'infinity') AS left_on
FROM agent AS a
WHERE a.joined_on IS NOT NULL OR a.left_on IS NOT NULL
