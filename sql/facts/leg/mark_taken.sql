-- Mark the legs of the agents of the sites $1 (codes), whose zone changed: the time at which a leg was taken is counted
-- in the agent's local time.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT l.site_id, l.day, 'taken'
FROM leg AS l
JOIN site AS s ON s.site_id = l.site_id
WHERE s.code = ANY ($1::text[])
