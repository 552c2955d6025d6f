-- Count the refused rows and the rows in a repeated hour, and flag the dimensions with unknown codes.
SELECT
  count(*) FILTER (WHERE refused IS NOT NULL) AS refused,
  count(*) FILTER (WHERE refused IS NULL AND ambiguous) AS ambiguous,
  count(*) FILTER (WHERE refused IS NULL AND new_site) > 0 AS site,
  count(*) FILTER (WHERE refused IS NULL AND new_team) > 0 AS team,
  count(*) FILTER (WHERE refused IS NULL AND new_agent) > 0 AS agent
FROM ready_leg
