-- aht, handled

-- leg_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1, 2]
SELECT
  sum(f.leg_talk)::float8 AS p0,
  sum(f.leg_hold)::float8 AS p1,
  sum(f.leg_acw)::float8 AS p2,
  sum(f.alone_timed) AS p3,
  sum(f.alone_handled) AS p4,
  sum(f.legs_unknown) AS p5,
  sum(f.legs) AS p6
FROM rollup.leg_day AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND f.team_id = ANY($4::smallint[])
  AND NOT f.outbound;

-- shared_leg_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1, 2]
SELECT
  count(DISTINCT f.contact_key) FILTER (WHERE f.shared_timed > 0) AS p0,
  count(DISTINCT f.contact_key) FILTER (WHERE f.shared_handled > 0) AS p1
FROM rollup.shared_leg_day AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND f.team_id = ANY($4::smallint[])
  AND NOT f.outbound;
