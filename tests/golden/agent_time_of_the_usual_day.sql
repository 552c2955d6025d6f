-- occupancy

-- agent_time_month is too coarse (month); agent_time_usual covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.quarter::int AS k0,
    sum(f.oc)::float8 AS p0,
    sum(f.idle)::float8 AS p1
  FROM rollup.agent_time_usual AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND f.team_id = ANY($4::smallint[])
  GROUP BY 1
  ORDER BY 1
) AS a;
