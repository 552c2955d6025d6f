-- Remove the staged rows with a text that cannot be cast, and return them with the column. Run only after read.sql has
-- failed.
WITH judged AS (
  SELECT
    ctid AS place,
    CASE
      WHEN NOT pg_temp.readable(offered_at, 'timestamptz') THEN 'unreadable_time:offered_at'
      WHEN NOT pg_temp.readable(answered_at, 'timestamptz') THEN 'unreadable_time:answered_at'
      WHEN NOT pg_temp.readable(ended_at, 'timestamptz') THEN 'unreadable_time:ended_at'
      WHEN NOT pg_temp.readable(wait, 'numeric') THEN 'unreadable_number:wait'
      WHEN NOT pg_temp.readable(talk, 'numeric') THEN 'unreadable_number:talk'
      WHEN NOT pg_temp.readable(hold, 'numeric') THEN 'unreadable_number:hold'
      WHEN NOT pg_temp.readable(acw, 'numeric') THEN 'unreadable_number:acw'
      WHEN NOT pg_temp.readable(escalated, 'boolean') THEN 'unreadable_flag:escalated'
      WHEN NOT pg_temp.readable(resolved, 'boolean') THEN 'unreadable_flag:resolved'
      WHEN NOT pg_temp.readable(cost, 'numeric') THEN 'unreadable_number:cost'
      WHEN NOT pg_temp.readable(revenue, 'numeric') THEN 'unreadable_number:revenue'
      WHEN NOT pg_temp.readable(replies, 'numeric') THEN 'unreadable_number:replies'
      WHEN NOT pg_temp.readable(reply_wait, 'numeric') THEN 'unreadable_number:reply_wait'
    END AS reason
  FROM stage_contact
)
DELETE FROM stage_contact AS s
USING judged AS j
WHERE s.ctid = j.place
  AND j.reason IS NOT NULL
RETURNING s.line, j.reason, to_jsonb(s) - 'line' AS content
