-- A channel seen for the first time: $1 code, $2 $3 labels, $4 kind, $5 asynchronous.
INSERT INTO channel (code, label_en, label_fr, kind, asynchronous)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (code) DO NOTHING
RETURNING channel_id
