-- adherence, shrinkage

-- agent_time_month is too coarse (month); agent_time_usual lacks agent; agent_time_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3
FROM (
  SELECT
    f.day AS k0,
    f.agent_id AS k1,
    sum(f.adherent)::float8 AS p0,
    sum(f.planned)::float8 AS p1,
    sum(f.unavailable)::float8 AS p2,
    sum(f.rostered)::float8 AS p3
  FROM rollup.agent_time_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
