-- How did the batch read: rows refused, rows in a repeated hour, and the dimensions with codes that are not known yet.
SELECT
  count(*) FILTER (WHERE refused IS NOT NULL) AS refused,
  count(*) FILTER (WHERE refused IS NULL AND ambiguous) AS ambiguous,
  count(*) FILTER (WHERE refused IS NULL AND new_site) > 0 AS site,
  count(*) FILTER (WHERE refused IS NULL AND new_team) > 0 AS team,
  count(*) FILTER (WHERE refused IS NULL AND new_agent) > 0 AS agent
FROM ready_leg
