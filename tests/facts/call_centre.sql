-- A call centre's export, one row a call: wall-clock times (load with --zone), no customers, one site, everything by phone.
-- A value that a macro cannot read rejects its row, with the reason.
SELECT
  line,
  "Call Id" AS contact,
  'CENTRE' AS site,
  'phone' AS channel,
  "Topic" AS reason,
  "Date" || ' ' || "Time" AS offered_at,
  CASE yes_no("Answered (Y/N)")
    WHEN 'true' THEN 'handled'
    WHEN 'false' THEN 'abandoned'
    ELSE yes_no("Answered (Y/N)")
  END AS outcome,
  number("Speed of answer in seconds") AS wait,
  seconds("AvgTalkDuration", 'hh:mm:ss') AS talk,
  CASE WHEN yes_no("Answered (Y/N)") = 'true' THEN "Agent" END AS agent,
  yes_no("Resolved") AS resolved
FROM file
