-- service_level_open_hours(within=33)

-- within_open_month lacks reason; within_open_day lacks reason; response_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.reason_id AS k0,
    count(*) FILTER (WHERE f.outcome_id = 1 AND f.in_hours IS NOT NULL AND f.wait_open <= $3::float8) AS p0
  FROM response_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- response_month lacks reason; response_day lacks reason; response_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4
FROM (
  SELECT
    f.reason_id AS k0,
    count(*) FILTER (WHERE f.outcome_id = 1 AND f.in_hours IS NOT NULL) AS p0,
    count(*) FILTER (WHERE f.outcome_id = 3 AND f.in_hours IS NOT NULL) AS p1,
    count(*) FILTER (WHERE f.outcome_id = 5 AND f.in_hours IS NOT NULL) AS p2,
    count(*) FILTER (WHERE f.outcome_id = 1 AND f.in_hours IS NOT NULL AND f.wait_open IS NULL) AS p3,
    count(*) FILTER (WHERE f.outcome_id = 3 AND f.in_hours IS NOT NULL AND f.wait_open IS NULL) AS p4
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
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.reason_id AS k0,
    count(*) FILTER (WHERE f.age_open > $3::float8) AS p0
  FROM pending_hours_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
