-- Upsert targets from a file. $1 the rows, $2 unused: all columns count.
INSERT INTO target AS t (
  metric, site_id, partner_id, team_id, segment_id, channel_id, moment_id, valid_from, valid_to, target, warning, bad
)
SELECT
  r.metric, coalesce(s.site_id, 0), coalesce(p.partner_id, 0), coalesce(e.team_id, 0), coalesce(g.segment_id, 0), coalesce(c.channel_id, 0),
  coalesce(m.moment_id, 0), coalesce(r.valid_from, '-infinity'), coalesce(r.valid_to, 'infinity'), r.target, r.warning, r.bad
FROM jsonb_to_recordset($1::jsonb) AS r (
  metric text, site text, partner text, team text, segment text, channel text, moment text, valid_from date, valid_to date,
  target double precision, warning double precision, bad double precision)
LEFT JOIN site AS s ON s.code = r.site
LEFT JOIN partner AS p ON p.code = r.partner
LEFT JOIN team AS e ON e.code = r.team
LEFT JOIN segment AS g ON g.code = r.segment
LEFT JOIN channel AS c ON c.code = r.channel
LEFT JOIN moment AS m ON m.code = r.moment
WHERE cardinality($2::text[]) > 0
ON CONFLICT (metric, site_id, partner_id, team_id, segment_id, channel_id, moment_id, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, target = excluded.target, warning = excluded.warning, bad = excluded.bad
WHERE (t.valid_to, t.target, t.warning, t.bad) IS DISTINCT FROM (excluded.valid_to, excluded.target, excluded.warning, excluded.bad)
RETURNING
  (t.metric, t.site_id, t.partner_id, t.team_id, t.segment_id, t.channel_id, t.moment_id, t.valid_from)::text AS key, xmax = 0 AS inserted
