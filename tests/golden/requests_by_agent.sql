-- complaint_resolution_time

-- step_month lacks agent; step_month_agent covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [2]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.agent_id AS k0,
    sum(f.resolution_seconds) FILTER (WHERE f.moment_id = ANY($4::smallint[]))::float8 AS p0,
    sum(f.resolutions) FILTER (WHERE f.moment_id = ANY($4::smallint[])) AS p1
  FROM rollup.step_month_agent AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1
  ORDER BY 1
) AS a;
