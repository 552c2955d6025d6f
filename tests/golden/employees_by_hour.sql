-- employee_nps

-- employee_day is too coarse (day); employee_fact covers the question
-- $1 datetime.date(2015, 12, 24)
-- $2 datetime.date(2015, 12, 25)
-- $3 [6]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    date_bin('15 minutes', f.counted_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') - (f.quarter::int % 4) * interval '15 minutes' AS k0,
    count(*) FILTER (WHERE f.satisfied) AS p0,
    count(*) FILTER (WHERE f.dissatisfied) AS p1,
    count(*) FILTER (WHERE f.answered_at IS NOT NULL) AS p2
  FROM employee_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.instrument_id = ANY($3::smallint[])
  GROUP BY 1
  ORDER BY 1
) AS a;
