-- Return every annotation with its scope, oldest first. A small table, read as a whole.
SELECT
  a.code, a.kind, a.starts, a.ends, a.site_id AS site, a.partner_id AS partner, a.channel_id AS channel, a.segment_id AS segment,
  a.label_en, a.label_fr
FROM annotation AS a
ORDER BY a.starts, a.code
