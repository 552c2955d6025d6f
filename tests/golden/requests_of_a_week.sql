-- resolution_time, reopen_rate

-- step_month is too coarse (month); step_month_agent is too coarse (month); step_day covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3
FROM (
  SELECT
    f.moment_id AS k0,
    sum(f.resolution_seconds)::float8 AS p0,
    sum(f.resolutions) AS p1,
    sum(f.cases_reopened) AS p2,
    sum(f.first_resolutions) AS p3
  FROM rollup.step_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
  GROUP BY 1
  ORDER BY 1
) AS a;
