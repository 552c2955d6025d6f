-- Which dimensions have codes in this batch that are not known yet? One pass, as the answer is "none" nearly always.
SELECT
  coalesce(bool_or(site_id IS NULL), false) AS site,
  coalesce(bool_or(channel_id IS NULL), false) AS channel,
  coalesce(bool_or(segment IS NOT NULL AND segment_id IS NULL), false) AS segment,
  coalesce(bool_or(moment IS NOT NULL AND moment_id IS NULL), false) AS moment,
  coalesce(bool_or(reason IS NOT NULL AND reason_id IS NULL), false) AS reason,
  coalesce(bool_or(team IS NOT NULL AND team_id IS NULL), false) AS team,
  coalesce(bool_or(agent IS NOT NULL AND agent_id IS NULL), false) AS agent
FROM seen_contact
WHERE refused IS NULL
