-- Surveys: the steps of their load. The larger steps are in survey/.

-- name: stage
-- Make the tables for the rows of a file of surveys while they are checked: as text, as read, and as they will be
-- stored (placed). Loads of contacts and legs use the last two tables, to update the surveys of corrected contacts.
CREATE TEMP TABLE IF NOT EXISTS stage_survey (
  line bigint, source text, survey text, contact_source text, contact text, customer text, site text, team text, segment text,
  instrument text, hot text, sent_by text, sent_at text, answered_at text, score text, verbatim text, called_back_at text
);
CREATE TEMP TABLE IF NOT EXISTS ready_survey (
  line bigint, refused text, ambiguous boolean, source text, customer text, segment text, new_customer boolean, new_segment boolean,
  source_id smallint, survey_id text, customer_id bigint, site_id smallint, segment_id smallint, contact_source_id smallint, contact_id text,
  instrument_id smallint, hot boolean, sent_by text, sent_at timestamptz, answered_at timestamptz, score numeric, verbatim text,
  called_back_at timestamptz, team_id smallint
);
CREATE TEMP TABLE IF NOT EXISTS placed_survey (LIKE survey)

-- name: lock
-- Allow one load of surveys at a time, and no correction of contacts (hold), until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtext('cadran surveys'))

-- name: hold
-- Lock surveys against changes until the end of the transaction, while contacts that they may follow are changed, by
-- any number of loads at once (lock is the counterpart). All loads take this lock before they make partitions, so
-- that two loads never deadlock.
SELECT pg_advisory_xact_lock_shared(hashtext('cadran surveys'))

-- name: sources
-- Add the sources that the batch names for the first time. $1 is the source of rows that name none.
INSERT INTO source (code)
SELECT DISTINCT coalesce(s.source, $1::text)
FROM stage_survey AS s
WHERE NOT EXISTS (SELECT FROM source AS o WHERE o.code = coalesce(s.source, $1))
  AND octet_length(coalesce(s.source, $1)) <= 200
ORDER BY 1
ON CONFLICT (code) DO NOTHING

-- name: new_customers
-- Add the customers that surveys without a contact name for the first time, each with the segment in the survey. $1 are
-- the codes.
INSERT INTO customer (code, segment_id)
SELECT r.customer, coalesce(max(g.segment_id), 0)
FROM ready_survey AS r
LEFT JOIN segment AS g ON g.code = r.segment
WHERE r.refused IS NULL
  AND r.customer = ANY ($1::text[])
GROUP BY r.customer
ORDER BY r.customer
ON CONFLICT (code) DO NOTHING

-- name: unknown
-- Count the refused rows and the rows in a repeated hour, and return the unknown codes of segments and customers.
SELECT
  count(*) FILTER (WHERE refused IS NOT NULL) AS refused,
  count(*) FILTER (WHERE refused IS NULL AND ambiguous) AS ambiguous,
  coalesce(array_agg(DISTINCT segment) FILTER (WHERE refused IS NULL AND new_segment), '{}') AS segments,
  coalesce(array_agg(DISTINCT customer) FILTER (WHERE refused IS NULL AND new_customer), '{}') AS customers
FROM ready_survey

-- name: refused
-- Remove the refused surveys, and return them with their content as staged.
WITH refused AS (
  DELETE FROM ready_survey
  WHERE refused IS NOT NULL
  RETURNING line, refused, survey_id
)
SELECT DISTINCT ON (r.line, r.survey_id) r.line, r.refused AS reason, to_jsonb(s) - 'line' AS content
FROM refused AS r
JOIN stage_survey AS s ON s.line = r.line AND s.survey IS NOT DISTINCT FROM r.survey_id
ORDER BY r.line, r.survey_id

-- name: unreadable
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

-- name: superseded
-- Of several rows with one id, retain the last one.
DELETE FROM ready_survey
WHERE ctid IN (
  SELECT r.place
  FROM (
    SELECT ctid AS place, row_number() OVER (PARTITION BY source_id, survey_id ORDER BY line DESC, ctid DESC) AS rank
    FROM ready_survey
  ) AS r
  WHERE r.rank > 1
)

-- name: followers_of_contacts
-- Copy the surveys that follow the corrected contacts of the batch.
INSERT INTO ready_survey (
  source_id, survey_id, customer_id, site_id, segment_id, contact_source_id, contact_id, instrument_id, hot, sent_by, sent_at, answered_at, score,
  verbatim, called_back_at, team_id
)
SELECT
  s.source_id, s.survey_id, s.customer_id, s.site_id, s.segment_id, s.contact_source_id, s.contact_id, s.instrument_id, s.hot, s.sent_by, s.sent_at,
  s.answered_at, s.score, s.verbatim, s.called_back_at, CASE WHEN s.contact_id IS NULL THEN s.team_id END
FROM ready_contact AS r
JOIN survey_place AS p ON p.contact_source_id = r.source_id AND p.contact_id = r.contact_id
JOIN survey AS s ON s.source_id = p.source_id AND s.survey_id = p.survey_id AND s.customer_id = p.customer_id AND s.day = p.day
WHERE r.status = 'replaced'

-- name: followers_of_legs
-- Copy the surveys that follow contacts whose legs the batch changes.
INSERT INTO ready_survey (
  source_id, survey_id, customer_id, site_id, segment_id, contact_source_id, contact_id, instrument_id, hot, sent_by, sent_at, answered_at, score,
  verbatim, called_back_at, team_id
)
SELECT
  s.source_id, s.survey_id, s.customer_id, s.site_id, s.segment_id, s.contact_source_id, s.contact_id, s.instrument_id, s.hot, s.sent_by, s.sent_at,
  s.answered_at, s.score, s.verbatim, s.called_back_at, CASE WHEN s.contact_id IS NULL THEN s.team_id END
FROM legged_contact AS r
JOIN survey_place AS p ON p.contact_source_id = r.source_id AND p.contact_id = r.contact_id
JOIN survey AS s ON s.source_id = p.source_id AND s.survey_id = p.survey_id AND s.customer_id = p.customer_id AND s.day = p.day

-- name: of_sites
-- Copy the surveys of the sites $1 (codes), whose zone changed.
INSERT INTO ready_survey (
  source_id, survey_id, customer_id, site_id, segment_id, contact_source_id, contact_id, instrument_id, hot, sent_by, sent_at, answered_at, score,
  verbatim, called_back_at, team_id
)
SELECT
  s.source_id, s.survey_id, s.customer_id, s.site_id, s.segment_id, s.contact_source_id, s.contact_id, s.instrument_id, s.hot, s.sent_by, s.sent_at,
  s.answered_at, s.score, s.verbatim, s.called_back_at, CASE WHEN s.contact_id IS NULL THEN s.team_id END
FROM survey AS s
JOIN site AS i ON i.site_id = s.site_id
WHERE i.code = ANY ($1::text[])

-- name: unchanged
-- Remove the surveys that equal the stored ones, so that they are neither rewritten nor marked.
DELETE FROM placed_survey AS r
USING survey_place AS p, survey AS s
WHERE p.source_id = r.source_id
  AND p.survey_id = r.survey_id
  AND s.source_id = p.source_id
  AND s.survey_id = p.survey_id
  AND s.customer_id = p.customer_id
  AND s.day = p.day
  AND s = r

-- name: counts
-- Count the new surveys and the surveys that replace others. Return the months that they need.
SELECT
  count(*) FILTER (WHERE p.day IS NULL) AS loaded,
  count(p.day) AS replaced,
  coalesce(array_agg(DISTINCT date_trunc('month', r.day)::date), '{}') AS months
FROM placed_survey AS r
LEFT JOIN survey_place AS p ON p.source_id = r.source_id AND p.survey_id = r.survey_id

-- name: make_months
-- Make the missing partitions of surveys for the months $1.
SELECT pg_temp.make_month('survey', m)
FROM unnest($1::date[]) AS m
ORDER BY m

-- name: mark_days
-- Mark the days whose figures these surveys change: the days that they enter and leave. Run before anything is stored.
INSERT INTO dirty_day (site_id, day, change)
SELECT site_id, day, 'survey' FROM placed_survey
UNION
SELECT s.site_id, s.day, 'survey'
FROM placed_survey AS r
JOIN survey_place AS p ON p.source_id = r.source_id AND p.survey_id = r.survey_id
JOIN survey AS s ON s.source_id = p.source_id AND s.survey_id = p.survey_id AND s.customer_id = p.customer_id AND s.day = p.day

-- name: remove
-- Delete the previous version of the surveys.
DELETE FROM survey AS s
USING placed_survey AS r, survey_place AS p
WHERE p.source_id = r.source_id
  AND p.survey_id = r.survey_id
  AND s.source_id = p.source_id
  AND s.survey_id = p.survey_id
  AND s.customer_id = p.customer_id
  AND s.day = p.day

-- name: store
-- Store the surveys.
INSERT INTO survey SELECT * FROM placed_survey

-- name: store_places
-- Store the new places of the surveys.
INSERT INTO survey_place AS p (source_id, survey_id, customer_id, day, contact_source_id, contact_id)
SELECT source_id, survey_id, customer_id, day, contact_source_id, contact_id
FROM placed_survey
ON CONFLICT (source_id, survey_id) DO UPDATE
SET
  customer_id = excluded.customer_id, day = excluded.day, contact_source_id = excluded.contact_source_id, contact_id = excluded.contact_id

-- name: mark_recut
-- Mark the days of the surveys of the instruments $1 (codes), whose cuts were corrected.
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT s.site_id, s.day, 'survey'
FROM survey AS s
JOIN instrument AS i ON i.instrument_id = s.instrument_id
WHERE i.code = ANY ($1::text[])
