-- Add the reasons seen for the first time, below the moment in their row.
INSERT INTO reason (code, moment_id)
SELECT s.reason, coalesce(max(m.moment_id), 0)
FROM seen_contact AS s
LEFT JOIN moment AS m ON m.code = s.moment
WHERE s.refused IS NULL AND s.reason_id IS NULL AND s.reason IS NOT NULL
GROUP BY s.reason
ORDER BY 1
ON CONFLICT (code) DO NOTHING
