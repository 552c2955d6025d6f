-- queue_offered, flow_out_rate

-- visit_month_queue is too coarse (month); visit_day_queue covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    f.day AS k0,
    f.queue_id AS k1,
    sum(f.visits) AS p0,
    sum(f.visits_flowed_out) AS p1,
    sum(f.visits_waiting) AS p2
  FROM rollup.visit_day_queue AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
