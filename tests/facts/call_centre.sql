-- A call centre's export, one row a call: wall-clock times, no customers, one site, everything by phone.
SELECT
  line,
  "Call Id" AS contact,
  'CENTRE' AS site,
  'phone' AS channel,
  "Topic" AS reason,
  instant("Date", "Time", 'Europe/Paris') AS offered_at,
  CASE yes_no("Answered (Y/N)") WHEN 'true' THEN 'handled' WHEN 'false' THEN 'abandoned' ELSE yes_no("Answered (Y/N)") END AS outcome,
  number("Speed of answer in seconds") AS wait,
  seconds("AvgTalkDuration", 'hh:mm:ss') AS talk,
  CASE yes_no("Answered (Y/N)") WHEN 'true' THEN "Agent" END AS agent,
  yes_no("Resolved") AS resolved
FROM file
