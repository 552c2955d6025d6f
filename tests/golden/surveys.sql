-- csat, nps, survey_response_rate

-- survey_day_site covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
-- $5 [2]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5,
  array_agg(p6) AS p6
FROM (
  SELECT
    date_trunc('month', f.day::timestamp)::date AS k0,
    f.site_id AS k1,
    sum(f.survey_satisfied) FILTER (WHERE f.hot AND f.instrument_id = ANY($4::smallint[])) AS p0,
    sum(f.survey_answered) FILTER (WHERE f.hot AND f.instrument_id = ANY($4::smallint[])) AS p1,
    sum(f.survey_satisfied) FILTER (WHERE f.hot AND f.instrument_id = ANY($5::smallint[])) AS p2,
    sum(f.survey_dissatisfied) FILTER (WHERE f.hot AND f.instrument_id = ANY($5::smallint[])) AS p3,
    sum(f.survey_answered) FILTER (WHERE f.hot AND f.instrument_id = ANY($5::smallint[])) AS p4,
    sum(f.survey_answered) FILTER (WHERE f.hot) AS p5,
    sum(f.survey_sent) FILTER (WHERE f.hot) AS p6
  FROM rollup.survey_day_site AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND ((f.hot AND f.instrument_id = ANY($4::smallint[])) OR (f.hot AND f.instrument_id = ANY($5::smallint[])) OR (f.hot))
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
