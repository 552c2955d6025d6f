-- survey_response_rate(kind=relationship)

-- sending_day lacks agent; sent_survey_fact covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.agent_id AS k0,
    count(*) FILTER (WHERE f.answered_at IS NOT NULL) AS p0,
    count(*) AS p1
  FROM sent_survey_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.hot
  GROUP BY 1
  ORDER BY 1
) AS a;
