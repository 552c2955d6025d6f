-- resolution_time, reopen_rate

-- step_month tells time by month; step_month_agent tells time by month; step_day covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
SELECT
  f.moment_id AS k0,
  sum(f.resolution_seconds)::float8 AS p0,
  sum(f.resolutions) AS p1,
  sum(f.cases_reopened) AS p2,
  sum(f.first_resolutions) AS p3
FROM rollup.step_day AS f
WHERE f.day >= $1
  AND f.day < $2
GROUP BY 1
ORDER BY 1;
