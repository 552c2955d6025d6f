-- Add the sources that the batch names for the first time. $1 is the source of rows that name none.
INSERT INTO source (code)
SELECT DISTINCT coalesce(s.source, $1::text)
FROM stage_survey AS s
WHERE NOT EXISTS (SELECT FROM source AS o WHERE o.code = coalesce(s.source, $1))
  AND octet_length(coalesce(s.source, $1)) <= 200
ORDER BY 1
ON CONFLICT (code) DO NOTHING
