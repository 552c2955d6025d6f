-- How did the batch read: rows refused, rows in a repeated hour, and the dimensions with codes that are not known yet. One pass, as the
-- answer is "none" nearly always.
SELECT
  count(*) FILTER (WHERE refused IS NOT NULL) AS refused,
  count(*) FILTER (WHERE refused IS NULL AND ambiguous) AS ambiguous,
  count(*) FILTER (WHERE refused IS NULL AND site_id IS NULL) > 0 AS site,
  count(*) FILTER (WHERE refused IS NULL AND channel_id IS NULL) > 0 AS channel,
  count(*) FILTER (WHERE refused IS NULL AND segment IS NOT NULL AND segment_id IS NULL) > 0 AS segment,
  count(*) FILTER (WHERE refused IS NULL AND moment IS NOT NULL AND moment_id IS NULL) > 0 AS moment,
  count(*) FILTER (WHERE refused IS NULL AND reason IS NOT NULL AND reason_id IS NULL) > 0 AS reason,
  count(*) FILTER (WHERE refused IS NULL AND team IS NOT NULL AND team_id IS NULL) > 0 AS team,
  count(*) FILTER (WHERE refused IS NULL AND agent IS NOT NULL AND agent_id IS NULL) > 0 AS agent
FROM seen_contact
