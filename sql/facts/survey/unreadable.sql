-- Remove the staged surveys with a text that cannot be cast, and return them with the column. Run only after read.sql
-- has failed.
WITH judged AS (
  SELECT
    ctid AS place,
    CASE
      WHEN NOT pg_temp.readable(sent_at, 'timestamptz') THEN 'unreadable_time:sent_at'
      WHEN NOT pg_temp.readable(answered_at, 'timestamptz') THEN 'unreadable_time:answered_at'
      WHEN NOT pg_temp.readable(called_back_at, 'timestamptz') THEN 'unreadable_time:called_back_at'
      WHEN NOT pg_temp.readable(score, 'numeric') THEN 'unreadable_number:score'
      WHEN NOT pg_temp.readable(hot, 'boolean') THEN 'unreadable_flag:hot'
    END AS reason
  FROM stage_survey
)
DELETE FROM stage_survey AS s
USING judged AS j
WHERE s.ctid = j.place
  AND j.reason IS NOT NULL
RETURNING s.line, j.reason, to_jsonb(s) - 'line' AS content
