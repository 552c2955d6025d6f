-- csat

-- survey_day_site lacks channel; survey_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.channel_id AS k1,
    sum(f.survey_satisfied) AS p0,
    sum(f.survey_answered) AS p1
  FROM rollup.survey_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND f.hot AND f.instrument_id = ANY($4::smallint[])
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
