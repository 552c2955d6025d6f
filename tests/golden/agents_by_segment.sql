-- aht_per_leg

-- leg_day lacks segment; leg_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4
FROM (
  SELECT
    f.agent_id AS k0,
    f.segment_id AS k1,
    sum(f.talk) FILTER (WHERE f.talk IS NOT NULL)::float8 AS p0,
    sum(f.hold) FILTER (WHERE f.talk IS NOT NULL)::float8 AS p1,
    sum(f.acw) FILTER (WHERE f.talk IS NOT NULL)::float8 AS p2,
    count(*) FILTER (WHERE f.talk IS NOT NULL) AS p3,
    count(*) FILTER (WHERE f.talk IS NULL) AS p4
  FROM leg_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
