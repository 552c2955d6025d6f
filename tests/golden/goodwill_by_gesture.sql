-- goodwill_count, goodwill_above_limit_rate

-- goodwill_month covers the question
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
  array_agg(p5) AS p5,
  array_agg(p6) AS p6,
  array_agg(p7) AS p7
FROM (
  SELECT
    f.gesture_id AS k0,
    sum(f.goodwill_count) AS p0,
    sum(f.prevention_count) AS p1,
    sum(f.goodwill_above_limit) AS p2,
    sum(f.prevention_above_limit) AS p3,
    sum(f.goodwill_within_limit) AS p4,
    sum(f.prevention_within_limit) AS p5,
    sum(f.goodwill_limit_unknown) AS p6,
    sum(f.prevention_limit_unknown) AS p7
  FROM rollup.goodwill_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1
  ORDER BY 1
) AS a;
