-- aht, queue_service_level(within=20)

-- interval_month is too coarse (month); interval_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT a.*
FROM (
  SELECT
    f.day AS k0,
    s.partner_id AS k1,
    sum(f.interval_talk)::float8 AS p0,
    sum(f.interval_hold)::float8 AS p1,
    sum(f.interval_acw)::float8 AS p2,
    sum(f.interval_timed)::float8 AS p3,
    sum(f.lacks_times)::float8 AS p4,
    sum(f.intervals)::float8 AS p5
  FROM rollup.interval_day AS f
  JOIN site AS s ON s.site_id = f.site_id
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.channel_id = ANY($4::smallint[])
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a
WHERE num_nonnulls(a.p0, a.p1, a.p2, a.p3, a.p4, a.p5) > 0;

-- contact_month is too coarse (month); contact_day_site lacks channel; contact_clock lacks channel; contact_month_segment is too coarse (month); contact_month_moment is too coarse (month); contact_day covers the question
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
  array_agg(p4) AS p4
FROM (
  SELECT
    f.day AS k0,
    s.partner_id AS k1,
    sum(f.talk)::float8 AS p0,
    sum(f.hold)::float8 AS p1,
    sum(f.acw)::float8 AS p2,
    sum(f.timed) AS p3,
    sum(f.handled) AS p4
  FROM rollup.contact_day AS f
  JOIN site AS s ON s.site_id = f.site_id
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.channel_id = ANY($4::smallint[])
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- interval_within_month is too coarse (month); interval_within_day covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
-- $5 20.0
SELECT a.*
FROM (
  SELECT
    f.day AS k0,
    s.partner_id AS k1,
    sum(f.within_answered) FILTER (WHERE f.threshold = $5::float8)::float8 AS p0,
    sum(f.judged_answered) FILTER (WHERE f.threshold = $5::float8)::float8 AS p1,
    sum(f.judged_abandoned) FILTER (WHERE f.threshold = $5::float8)::float8 AS p2,
    sum(f.judged_passed_on) FILTER (WHERE f.threshold = $5::float8)::float8 AS p3,
    sum(f.within_passed_on) FILTER (WHERE f.threshold = $5::float8)::float8 AS p4,
    sum(f.judged_intervals) FILTER (WHERE f.threshold = $5::float8)::float8 AS p5,
    sum(f.judged_lacks_abandoned) FILTER (WHERE f.threshold = $5::float8)::float8 AS p6,
    sum(f.judged_lacks_passed_on) FILTER (WHERE f.threshold = $5::float8)::float8 AS p7,
    sum(f.lacks_passed_on_within) FILTER (WHERE f.threshold = $5::float8)::float8 AS p8
  FROM rollup.interval_within_day AS f
  JOIN site AS s ON s.site_id = f.site_id
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.channel_id = ANY($4::smallint[])
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a
WHERE num_nonnulls(a.p0, a.p1, a.p2, a.p3, a.p4, a.p5, a.p6, a.p7, a.p8) > 0;

-- visit_month_queue lacks channel, site; visit_day_queue lacks channel, site; visit_month is too coarse (month); visit_day covers the question
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
    s.partner_id AS k1,
    COALESCE(sum(f.visits_answered_to_5), 0) + COALESCE(sum(f.visits_answered_to_10), 0) + COALESCE(sum(f.visits_answered_to_15), 0) + COALESCE(sum(f.visits_answered_to_20), 0) AS p0,
    sum(f.visits_answered) AS p1,
    sum(f.visits_abandoned) AS p2,
    sum(f.visits_passed_on) AS p3,
    COALESCE(sum(f.visits_passed_on_to_5), 0) + COALESCE(sum(f.visits_passed_on_to_10), 0) + COALESCE(sum(f.visits_passed_on_to_15), 0) + COALESCE(sum(f.visits_passed_on_to_20), 0) AS p4,
    sum(f.visits_answered_unknown) AS p5,
    sum(f.visits_abandoned_unknown) AS p6,
    sum(f.visits_passed_on_unknown) AS p7
  FROM rollup.visit_day AS f
  JOIN site AS s ON s.site_id = f.site_id
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.channel_id = ANY($4::smallint[])
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- waiting_visit_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
-- $4 20.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.day AS k0,
    s.partner_id AS k1,
    count(*) FILTER (WHERE f.age > $4::float8) AS p0
  FROM waiting_visit_fact AS f
  JOIN site AS s ON s.site_id = f.site_id
  WHERE f.day >= $1
    AND f.day < $2
    AND f.channel_id = ANY($3::smallint[])
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- the days with intervals
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
SELECT
  f.site_id AS k0,
  min(f.day) AS p0,
  max(f.day) AS p1
FROM rollup.interval_day AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND f.channel_id = ANY($4::smallint[])
GROUP BY 1
ORDER BY 1;
