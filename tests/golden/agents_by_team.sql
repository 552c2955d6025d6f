-- aht, handled

-- leg_day lacks segment; leg_fact covers the question
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
  array_agg(p6) AS p6
FROM (
  SELECT
    f.team_id AS k0,
    sum(f.talk) FILTER (WHERE f.talk IS NOT NULL)::float8 AS p0,
    sum(f.hold) FILTER (WHERE f.talk IS NOT NULL)::float8 AS p1,
    sum(f.acw) FILTER (WHERE f.talk IS NOT NULL)::float8 AS p2,
    count(*) FILTER (WHERE f.first_of_agent AND NOT f.shared AND f.talk IS NOT NULL) AS p3,
    count(*) FILTER (WHERE f.first_of_agent AND NOT f.shared) AS p4,
    count(*) FILTER (WHERE f.talk IS NULL) AS p5,
    count(*) FILTER (WHERE f.talk IS NOT NULL) AS p6
  FROM leg_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.segment_id = ANY($3::smallint[])
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- shared_leg_day lacks segment; shared_leg_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.team_id AS k0,
    count(*) FILTER (WHERE f.first_of_team AND f.talk IS NOT NULL) AS p0,
    count(*) FILTER (WHERE f.first_of_team) AS p1
  FROM shared_leg_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.segment_id = ANY($3::smallint[])
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- shared_leg_day lacks segment; shared_leg_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
SELECT
  count(*) FILTER (WHERE f.first_timed AND f.talk IS NOT NULL) AS p0,
  count(*) FILTER (WHERE f.first_of_contact) AS p1
FROM shared_leg_fact AS f
WHERE f.day >= $1
  AND f.day < $2
  AND f.segment_id = ANY($3::smallint[])
  AND NOT f.outbound;
