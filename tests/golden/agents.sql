-- aht, transfer_rate

-- leg_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
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
    f.day AS k0,
    f.agent_id AS k1,
    sum(f.leg_talk)::float8 AS p0,
    sum(f.leg_hold)::float8 AS p1,
    sum(f.leg_acw)::float8 AS p2,
    sum(f.alone_timed) AS p3,
    sum(f.alone_transferred) AS p4,
    sum(f.alone_handled) AS p5,
    sum(f.legs_unknown) AS p6,
    sum(f.legs) AS p7
  FROM rollup.leg_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.team_id = ANY($4::smallint[])
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- shared_leg_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    f.day AS k0,
    f.agent_id AS k1,
    count(DISTINCT f.contact_key) FILTER (WHERE f.shared_timed > 0) AS p0,
    count(DISTINCT f.contact_key) FILTER (WHERE f.shared_transferred > 0) AS p1,
    count(DISTINCT f.contact_key) FILTER (WHERE f.shared_handled > 0) AS p2
  FROM rollup.shared_leg_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.team_id = ANY($4::smallint[])
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- shared_leg_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT
  sum(f.shared_timed_team) AS p0,
  sum(f.shared_transferred_team) AS p1,
  sum(f.shared_handled_team) AS p2
FROM rollup.shared_leg_day AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND f.team_id = ANY($4::smallint[])
  AND NOT f.outbound;
