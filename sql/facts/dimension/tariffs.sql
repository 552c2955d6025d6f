-- Upsert tariffs from a file. $1 the rows, $2 unused: all columns count.
INSERT INTO tariff AS t (site_id, partner_id, channel_id, valid_from, valid_to, per_contact, per_minute, per_hour)
SELECT
  coalesce(s.site_id, 0), coalesce(p.partner_id, 0), coalesce(c.channel_id, 0), coalesce(r.valid_from, '-infinity'),
  coalesce(r.valid_to, 'infinity'), r.per_contact, r.per_minute, r.per_hour
FROM jsonb_to_recordset($1::jsonb) AS r (
  site text, partner text, channel text, valid_from date, valid_to date, per_contact numeric, per_minute numeric, per_hour numeric)
LEFT JOIN site AS s ON s.code = r.site
LEFT JOIN partner AS p ON p.code = r.partner
LEFT JOIN channel AS c ON c.code = r.channel
WHERE cardinality($2::text[]) > 0
ON CONFLICT (site_id, partner_id, channel_id, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, per_contact = excluded.per_contact, per_minute = excluded.per_minute, per_hour = excluded.per_hour
WHERE (t.valid_to, t.per_contact, t.per_minute, t.per_hour)
  <> (excluded.valid_to, excluded.per_contact, excluded.per_minute, excluded.per_hour)
RETURNING (t.site_id, t.partner_id, t.channel_id, t.valid_from)::text AS key, xmax = 0 AS inserted
