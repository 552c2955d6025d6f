-- goodwill_cost, goodwill_revenue

-- goodwill_month lacks agent, channel; goodwill_day lacks agent, channel; goodwill_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
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
    f.agent_id AS k0,
    sum(f.cost) FILTER (WHERE f.kind = 'goodwill')::float8 AS p0,
    sum(f.cost) FILTER (WHERE f.kind = 'prevention')::float8 AS p1,
    count(*) FILTER (WHERE f.kind = 'goodwill') AS p2,
    count(*) FILTER (WHERE f.kind = 'prevention') AS p3,
    sum(f.revenue) FILTER (WHERE f.kind = 'goodwill')::float8 AS p4,
    sum(f.revenue) FILTER (WHERE f.kind = 'prevention')::float8 AS p5,
    count(*) FILTER (WHERE f.kind = 'goodwill' AND f.revenue IS NOT NULL) AS p6,
    count(*) FILTER (WHERE f.kind = 'prevention' AND f.revenue IS NOT NULL) AS p7
  FROM goodwill_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.channel_id = ANY($3::smallint[])
  GROUP BY 1
  ORDER BY 1
) AS a;
