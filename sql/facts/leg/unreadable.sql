-- Remove the staged legs with a text that cannot be cast, and return them with the column. Run only after read.sql has
-- failed.
WITH judged AS (
  SELECT
    ctid AS place,
    CASE
      WHEN NOT pg_temp.readable(started_at, 'timestamptz') THEN 'unreadable_time:started_at'
      WHEN NOT pg_temp.readable(talk, 'numeric') THEN 'unreadable_number:talk'
      WHEN NOT pg_temp.readable(hold, 'numeric') THEN 'unreadable_number:hold'
      WHEN NOT pg_temp.readable(acw, 'numeric') THEN 'unreadable_number:acw'
    END AS reason
  FROM stage_leg
)
DELETE FROM stage_leg AS s
USING judged AS j
WHERE s.ctid = j.place
  AND j.reason IS NOT NULL
RETURNING s.line, j.reason, to_jsonb(s) - 'line' AS content
