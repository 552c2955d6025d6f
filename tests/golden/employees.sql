-- employee_nps

-- employee_day covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [6]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    f.team_id AS k0,
    sum(f.employee_satisfied) AS p0,
    sum(f.employee_dissatisfied) AS p1,
    sum(f.employee_answered) AS p2
  FROM rollup.employee_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.instrument_id = ANY($4::smallint[])
  GROUP BY 1
  ORDER BY 1
) AS a;
