-- score(instrument=csat)

-- score_month lacks segment; score_day lacks segment; score_fact covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
-- $4 1.0
-- $5 2.0
-- $6 3.0
-- $7 4.0
-- $8 5.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5
FROM (
  SELECT
    f.segment_id AS k0,
    count(*) FILTER (WHERE f.score >= $4::float8 AND f.score < $5::float8) AS p0,
    count(*) FILTER (WHERE f.score >= $5::float8 AND f.score < $6::float8) AS p1,
    count(*) FILTER (WHERE f.score >= $6::float8 AND f.score < $7::float8) AS p2,
    count(*) FILTER (WHERE f.score >= $7::float8 AND f.score < $8::float8) AS p3,
    count(*) FILTER (WHERE f.score >= $8::float8) AS p4,
    count(*) AS p5
  FROM score_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.hot AND f.instrument_id = ANY($3::smallint[])
  GROUP BY 1
  ORDER BY 1
) AS a;
