-- A call centre's export, one row a call: wall-clock times (load with --zone), no customers, one site, everything by phone.
-- A duration that cannot be read is passed on as it is, so that the row is rejected with it.
SELECT
  line,
  "Call Id" AS contact,
  'CENTRE' AS site,
  'phone' AS channel,
  "Topic" AS reason,
  "Date" || ' ' || "Time" AS offered_at,
  CASE WHEN "Answered (Y/N)" = 'Y' THEN 'handled' ELSE 'abandoned' END AS outcome,
  "Speed of answer in seconds" AS wait,
  coalesce(CAST(epoch(TRY_CAST("AvgTalkDuration" AS INTERVAL)) AS VARCHAR), "AvgTalkDuration") AS talk,
  CASE WHEN "Answered (Y/N)" = 'Y' THEN "Agent" END AS agent,
  "Resolved" AS resolved
FROM file
