-- service_level_open_hours(within=25,formula=all_incoming)

-- response_month covers the question
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
  array_agg(p6) AS p6
FROM (
  SELECT
    f.site_id AS k0,
    sum(f.handled_open_to_30) AS p0,
    COALESCE(sum(f.handled_open_to_5), 0) + COALESCE(sum(f.handled_open_to_10), 0) + COALESCE(sum(f.handled_open_to_15), 0) + COALESCE(sum(f.handled_open_to_20), 0) AS p1,
    sum(f.offered_open) AS p2,
    sum(f.handled_unknown_open) AS p3,
    sum(f.abandoned_unknown_open) AS p4,
    sum(f.handled_open) AS p5,
    sum(f.abandoned_open) AS p6
  FROM rollup.response_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- pending_hours_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 25.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.site_id AS k0,
    count(*) FILTER (WHERE f.age_open > $3::float8) AS p0
  FROM pending_hours_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
