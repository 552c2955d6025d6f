-- cxi, loop_closed_rate, loop_delay

-- survey_day_site covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [4]
-- $5 [5]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5,
  array_agg(p6) AS p6,
  array_agg(p7) AS p7,
  array_agg(p8) AS p8,
  array_agg(p9) AS p9
FROM (
  SELECT
    date_trunc('month', f.day::timestamp)::date AS k0,
    sum(f.survey_satisfied) FILTER (WHERE f.hot AND f.instrument_id = ANY($4::smallint[])) AS p0,
    sum(f.survey_dissatisfied) FILTER (WHERE f.hot AND f.instrument_id = ANY($4::smallint[])) AS p1,
    sum(f.survey_answered) FILTER (WHERE f.hot AND f.instrument_id = ANY($4::smallint[])) AS p2,
    sum(f.survey_satisfied) FILTER (WHERE f.hot AND f.instrument_id = ANY($5::smallint[])) AS p3,
    sum(f.survey_dissatisfied) FILTER (WHERE f.hot AND f.instrument_id = ANY($5::smallint[])) AS p4,
    sum(f.survey_answered) FILTER (WHERE f.hot AND f.instrument_id = ANY($5::smallint[])) AS p5,
    sum(f.loops_closed) FILTER (WHERE f.hot) AS p6,
    sum(f.loops_due) FILTER (WHERE f.hot) AS p7,
    sum(f.called_back_after) FILTER (WHERE f.hot)::float8 AS p8,
    sum(f.called_back) FILTER (WHERE f.hot) AS p9
  FROM rollup.survey_day_site AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND ((f.hot AND f.instrument_id = ANY($4::smallint[])) OR (f.hot AND f.instrument_id = ANY($5::smallint[])) OR (f.hot))
  GROUP BY 1
  ORDER BY 1
) AS a;
