-- Mark the days of the legs that start or stop counting because their agents were at work when they took them, or were
-- not: legs of the days around (index leg_agent_day), and legs taken long after their day (index leg_taken_late).
INSERT INTO dirty_day (site_id, day, change)
SELECT l.site_id, l.day, 'taken'
FROM changed_presence AS p
JOIN leg_taken AS l ON l.agent_id = p.agent_id AND l.day BETWEEN p.first_day AND p.last_day
WHERE l.taken_at >= p.since AND l.taken_at < p.until
UNION
SELECT l.site_id, l.day, 'taken'
FROM changed_presence AS p
JOIN leg_taken AS l ON l.agent_id = p.agent_id AND l.day <= p.last_day
WHERE (l.started_at - l.offered_at > interval '48 hours' OR (l.started_at IS NULL AND l.leg_number > 0))
  AND l.taken_at >= p.since
  AND l.taken_at < p.until
