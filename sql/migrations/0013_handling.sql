-- How long handled contacts took: talk, hold and work after it, for those whose times are known.
CREATE VIEW handling_fact AS
SELECT
  c.site_id, c.day, c.quarter, c.offered_at, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outbound, c.outcome_id,
  c.talk + COALESCE(c.hold, 0) + COALESCE(c.acw, 0) AS handle
FROM contact c
WHERE c.parent_id IS NULL
  AND c.outcome_id = 1
  AND c.talk IS NOT NULL;
