-- contacts_per_agent_hour

-- taken_day is too coarse (day); taken_quarter covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.bucket - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.team_id AS k1,
    sum(f.taken) AS p0
  FROM rollup.taken_quarter AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- agent_time_month is too coarse (month); agent_time_usual is too coarse (usual); agent_time_day is too coarse (day); agent_time_quarter covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.bucket - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    f.team_id AS k1,
    sum(f.login_hours)::float8 AS p0
  FROM rollup.agent_time_quarter AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
