-- Return every member of every dimension, with its parent. Small tables, read as a whole.
SELECT 'partner' AS dimension, p.partner_id::int AS member_id, p.code, p.label_en, p.label_fr, 0 AS parent FROM partner AS p
UNION ALL
SELECT 'site', s.site_id, s.code, s.label_en, s.label_fr, s.partner_id FROM site AS s
UNION ALL
SELECT 'team', t.team_id, t.code, t.label_en, t.label_fr, t.site_id FROM team AS t
UNION ALL
SELECT 'agent', a.agent_id, a.code, a.label_en, a.label_fr, a.team_id FROM agent AS a
UNION ALL
SELECT 'segment', g.segment_id, g.code, g.label_en, g.label_fr, 0 FROM segment AS g
UNION ALL
SELECT 'channel', c.channel_id, c.code, c.label_en, c.label_fr, 0 FROM channel AS c
UNION ALL
SELECT 'moment', m.moment_id, m.code, m.label_en, m.label_fr, 0 FROM moment AS m
UNION ALL
SELECT 'reason', r.reason_id, r.code, r.label_en, r.label_fr, r.moment_id FROM reason AS r
ORDER BY 1, 3
