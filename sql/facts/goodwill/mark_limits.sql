-- Mark the days with gestures of the kinds $1 (codes), whose limits may have changed; with $2, all days with gestures,
-- because the limit of a month may have changed.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT g.site_id, g.day, 'goodwill'
FROM goodwill AS g
LEFT JOIN gesture AS k ON k.gesture_id = g.gesture_id
WHERE $2::boolean OR k.code = ANY ($1::text[])
