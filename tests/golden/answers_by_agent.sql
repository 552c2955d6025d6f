-- asa, first_response_time(hours=open)

-- answered_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
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
    f.agent_id AS k0,
    sum(f.answers_wait)::float8 AS p0,
    sum(f.answers) AS p1,
    sum(f.answers_unknown) AS p2,
    sum(f.answers_wait_open)::float8 AS p3,
    sum(f.answers_open) AS p4,
    sum(f.answers_unknown_open) AS p5
  FROM rollup.answered_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
