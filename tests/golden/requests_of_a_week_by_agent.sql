-- resolution_time

-- step_month lacks agent; step_month_agent is too coarse (month); step_day lacks agent; step_day_agent covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.agent_id AS k0,
    sum(f.resolution_seconds)::float8 AS p0,
    sum(f.resolutions) AS p1
  FROM rollup.step_day_agent AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
  GROUP BY 1
  ORDER BY 1
) AS a;
