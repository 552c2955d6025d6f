-- score(instrument=csat,kind=relationship)

-- score_month is too coarse (month); score_day covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
-- $3 0
-- $4 [1]
-- $5 1.0
-- $6 2.0
-- $7 3.0
-- $8 4.0
-- $9 5.0
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
    f.channel_id AS k0,
    sum(f.scores) FILTER (WHERE f.score >= $5::float8 AND f.score < $6::float8) AS p0,
    sum(f.scores) FILTER (WHERE f.score >= $6::float8 AND f.score < $7::float8) AS p1,
    sum(f.scores) FILTER (WHERE f.score >= $7::float8 AND f.score < $8::float8) AS p2,
    sum(f.scores) FILTER (WHERE f.score >= $8::float8 AND f.score < $9::float8) AS p3,
    sum(f.scores) FILTER (WHERE f.score >= $9::float8) AS p4,
    sum(f.scores) AS p5
  FROM rollup.score_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.hot AND f.instrument_id = ANY($4::smallint[])
  GROUP BY 1
  ORDER BY 1
) AS a;
