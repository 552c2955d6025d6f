-- queue_offered, queue_asa

-- visit_month_queue covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.queue_id AS k1,
    sum(f.visits) AS p0,
    sum(f.visits_answered_wait)::float8 AS p1,
    sum(f.visits_answered) AS p2,
    sum(f.visits_answered_unknown) AS p3
  FROM rollup.visit_month_queue AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
