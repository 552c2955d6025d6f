-- Mark the legs of the agents of the sites $1 (codes), which are in another zone now: what was taken when is told in the agent's own time.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT l.site_id, l.day, 'taken'
FROM leg AS l
JOIN site AS s ON s.site_id = l.site_id
WHERE s.code = ANY ($1::text[])
