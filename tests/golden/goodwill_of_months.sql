-- goodwill_above_month_limit

-- goodwill_month_fact covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
-- $3 datetime.date(2015, 12, 1)
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
    count(*) FILTER (WHERE f.kind = 'goodwill' AND f.month_cost > f.month_limit) AS p0,
    count(*) FILTER (WHERE f.kind = 'prevention' AND f.month_cost > f.month_limit) AS p1,
    count(*) FILTER (WHERE f.kind = 'goodwill' AND f.month_limit IS NULL) AS p2,
    count(*) FILTER (WHERE f.kind = 'prevention' AND f.month_limit IS NULL) AS p3,
    count(*) FILTER (WHERE f.kind = 'goodwill') AS p4,
    count(*) FILTER (WHERE f.kind = 'prevention') AS p5
  FROM goodwill_month_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.month >= $3
    AND f.month < $2
  GROUP BY 1
  ORDER BY 1
) AS a;
