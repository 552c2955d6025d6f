-- service_level_open_hours(within=33)

-- within_open_month is too coarse (month); within_open_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.day AS k0,
    sum(f.handled_open_within) FILTER (WHERE f.threshold = $4::float8) AS p0
  FROM rollup.within_open_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- response_month is too coarse (month); response_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4
FROM (
  SELECT
    f.day AS k0,
    sum(f.handled_open) AS p0,
    sum(f.abandoned_open) AS p1,
    sum(f.expired_open) AS p2,
    sum(f.handled_unknown_open) AS p3,
    sum(f.abandoned_unknown_open) AS p4
  FROM rollup.response_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- pending_hours_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.day AS k0,
    count(*) FILTER (WHERE f.age_open > $3::float8) AS p0
  FROM pending_hours_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
