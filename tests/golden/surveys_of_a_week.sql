-- dissatisfied, ces(kind=relationship)

-- survey_day_site lacks moment; survey_month is too coarse (month); survey_day covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
-- $3 0
-- $4 [3]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3
FROM (
  SELECT
    f.moment_id AS k0,
    sum(f.survey_dissatisfied) FILTER (WHERE f.hot) AS p0,
    sum(f.survey_score) FILTER (WHERE NOT f.hot AND f.instrument_id = ANY($4::smallint[]))::float8 AS p1,
    sum(f.survey_answered) FILTER (WHERE NOT f.hot AND f.instrument_id = ANY($4::smallint[])) AS p2,
    sum(f.survey_square) FILTER (WHERE NOT f.hot AND f.instrument_id = ANY($4::smallint[]))::float8 AS p3
  FROM rollup.survey_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND ((f.hot) OR (NOT f.hot AND f.instrument_id = ANY($4::smallint[])))
  GROUP BY 1
  ORDER BY 1
) AS a;
