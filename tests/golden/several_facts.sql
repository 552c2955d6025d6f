-- qos, csat, occupancy

-- contact_month is too coarse (month); contact_day_site covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.day AS k0,
    f.site_id AS k1,
    sum(f.handled) AS p0,
    sum(f.offered) AS p1
  FROM rollup.contact_day_site AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- survey_day_site covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.day AS k0,
    f.site_id AS k1,
    sum(f.survey_satisfied) AS p0,
    sum(f.survey_answered) AS p1
  FROM rollup.survey_day_site AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.hot AND f.instrument_id = ANY($4::smallint[])
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- agent_time_month is too coarse (month); agent_time_usual is too coarse (usual); agent_time_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.day AS k0,
    f.site_id AS k1,
    sum(f.oc)::float8 AS p0,
    sum(f.idle)::float8 AS p1
  FROM rollup.agent_time_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
