-- Return the properties of sites, channels and moments apart from their names: zones, calendars, kinds, complaints.
SELECT 'zone' AS kind, s.site_id AS member_id, s.zone AS value FROM site AS s
UNION ALL
SELECT c.kind, c.channel_id, '' FROM channel AS c
UNION ALL
SELECT 'asynchronous', c.channel_id, '' FROM channel AS c WHERE c.asynchronous
UNION ALL
SELECT 'complaint', m.moment_id, '' FROM moment AS m WHERE m.complaint
UNION ALL
SELECT 'scheduled', s.site_id, '' FROM site AS s WHERE EXISTS (SELECT FROM opening AS o WHERE o.site_id = s.site_id)
