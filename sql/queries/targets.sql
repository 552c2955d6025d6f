-- Return every target with its scope. A small table, read as a whole.
SELECT
  t.metric, t.site_id AS site, t.partner_id AS partner, t.team_id AS team, t.segment_id AS segment, t.channel_id AS channel, t.moment_id AS moment,
  NULLIF(t.valid_from, '-infinity') AS valid_from, NULLIF(t.valid_to, 'infinity') AS valid_to, t.target, t.warning, t.bad
FROM target AS t
ORDER BY t.metric, t.valid_from
