-- csat

-- survey_day_site lacks attribute, sent_by, transferred_to; survey_month lacks attribute, sent_by, transferred_to; survey_day lacks attribute, sent_by, transferred_to; survey_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.attribute_1 AS k0,
    f.sent_by_id AS k1,
    count(*) FILTER (WHERE f.satisfied) AS p0,
    count(*) FILTER (WHERE f.answered_at IS NOT NULL) AS p1
  FROM survey_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.transferred_to_id = ANY($3::smallint[])
    AND f.hot AND f.instrument_id = ANY($3::smallint[])
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
