-- csat_mean

-- survey_day_site lacks agent; survey_month lacks agent; survey_day lacks agent; survey_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    f.agent_id AS k0,
    sum(f.score) FILTER (WHERE f.answered_at IS NOT NULL)::float8 AS p0,
    count(*) FILTER (WHERE f.answered_at IS NOT NULL) AS p1,
    sum(f.score * f.score) FILTER (WHERE f.answered_at IS NOT NULL)::float8 AS p2
  FROM survey_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.hot AND f.instrument_id = ANY($3::smallint[])
  GROUP BY 1
  ORDER BY 1
) AS a;
