-- aht

-- leg_day lacks attribute; leg_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5
FROM (
  SELECT
    f.agent_id AS k0,
    f.attribute_8 AS k1,
    sum(f.talk) FILTER (WHERE f.talk IS NOT NULL)::float8 AS p0,
    sum(f.hold) FILTER (WHERE f.talk IS NOT NULL)::float8 AS p1,
    sum(f.acw) FILTER (WHERE f.talk IS NOT NULL)::float8 AS p2,
    count(*) FILTER (WHERE f.first_of_agent AND NOT f.shared AND f.talk IS NOT NULL) AS p3,
    count(*) FILTER (WHERE f.talk IS NULL) AS p4,
    count(*) FILTER (WHERE f.talk IS NOT NULL) AS p5
  FROM leg_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- shared_leg_day lacks attribute; shared_leg_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.agent_id AS k0,
    f.attribute_8 AS k1,
    count(*) FILTER (WHERE f.first_of_agent AND f.talk IS NOT NULL) AS p0
  FROM shared_leg_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- shared_leg_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.shared_timed_contact) AS p0
FROM rollup.shared_leg_day AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;
