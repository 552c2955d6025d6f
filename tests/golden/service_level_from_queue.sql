-- service_level(within=20,wait_from=queue)

-- queued_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.queue_id AS k1,
    COALESCE(sum(f.handled_from_queue_to_5), 0) + COALESCE(sum(f.handled_from_queue_to_10), 0) + COALESCE(sum(f.handled_from_queue_to_15), 0) + COALESCE(sum(f.handled_from_queue_to_20), 0) AS p0,
    sum(f.handled_unknown_from_queue) AS p1,
    sum(f.abandoned_unknown_from_queue) AS p2
  FROM rollup.queued_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- contact_month lacks queue; contact_day_site lacks queue; contact_clock lacks queue; contact_month_segment lacks queue; contact_month_moment lacks queue; contact_day lacks queue; contact_month_full lacks queue; contact_usual_site lacks queue; contact_usual lacks queue; contact_day_full lacks queue; contact_quarter lacks queue; contact_month_queue covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.queue_id AS k1,
    sum(f.handled) AS p0,
    sum(f.abandoned) AS p1,
    sum(f.expired) AS p2
  FROM rollup.contact_month_queue AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- pending_fact covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 20.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    date_trunc('month', f.day::timestamp)::date AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.queue_age > $3::float8) AS p0
  FROM pending_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
