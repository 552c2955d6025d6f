-- Count the refused rows and the rows in a repeated hour, and flag the dimensions with unknown codes. One pass is
-- enough, because there are almost never any.
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
