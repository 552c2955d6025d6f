-- Add a channel seen for the first time: $1 code, $2 $3 labels, $4 kind, $5 asynchronous.
INSERT INTO channel (code, label_en, label_fr, kind, asynchronous)
SELECT $1::text, $2::text, $3::text, $4::text, $5::boolean
WHERE NOT EXISTS (SELECT FROM channel WHERE code = $1)
ON CONFLICT (code) DO NOTHING
RETURNING channel_id
