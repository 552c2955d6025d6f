-- service_level_open_hours(within=25,formula=all_incoming)

-- response_month has wait-time bins only; response_day has wait-time bins only; response_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 25.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.site_id AS k0,
    count(*) FILTER (WHERE f.outcome_id = 1 AND f.in_hours IS NOT NULL AND f.wait_open <= $3::float8) AS p0,
    count(*) FILTER (WHERE f.outcome_id NOT IN (6, 7, 8) AND f.in_hours IS NOT NULL) AS p1
  FROM response_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
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
