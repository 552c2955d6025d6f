-- service_level(within=33,wait_from=queue)

-- queued_within_month is too coarse (month); queued_within_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.day AS k0,
    f.queue_id AS k1,
    sum(f.handled_from_queue_within) FILTER (WHERE f.threshold = $4::float8) AS p0
  FROM rollup.queued_within_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- contact_month lacks queue; contact_day_site lacks queue; contact_clock lacks queue; contact_month_segment lacks queue; contact_month_moment lacks queue; contact_day lacks queue; contact_month_full lacks queue; contact_usual_site lacks queue; contact_usual lacks queue; contact_day_full lacks queue; contact_quarter lacks queue; contact_month_queue is too coarse (month); contact_day_queue covers the question
-- $1 datetime.date(2015, 12, 1)
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
    f.day AS k0,
    f.queue_id AS k1,
    sum(f.handled) AS p0,
    sum(f.abandoned) AS p1,
    sum(f.expired) AS p2
  FROM rollup.contact_day_queue AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- pending_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.day AS k0,
    f.queue_id AS k1,
    count(*) FILTER (WHERE f.queue_age > $3::float8) AS p0
  FROM pending_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- queued_month is too coarse (month); queued_day covers the question
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
    f.queue_id AS k1,
    sum(f.handled_unknown_from_queue) AS p0,
    sum(f.abandoned_unknown_from_queue) AS p1
  FROM rollup.queued_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
