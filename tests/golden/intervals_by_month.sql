-- qos, service_level, fcr

-- interval_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
-- $5 [2]
-- $6 [3]
-- $7 datetime.date(2015, 7, 1)
SELECT a.*
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.channel_id AS k1,
    sum(f.interval_answered)::float8 AS p0,
    sum(f.interval_contacts)::float8 AS p1,
    sum(f.intervals) FILTER (WHERE f.channel_id = ANY($4::smallint[]))::float8 AS p2,
    sum(f.intervals) FILTER (WHERE f.channel_id = ANY($5::smallint[]))::float8 AS p3,
    sum(f.intervals) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7)::float8 AS p4,
    sum(f.intervals) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7)::float8 AS p5,
    sum(f.intervals)::float8 AS p6
  FROM rollup.interval_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a
WHERE num_nonnulls(a.p0, a.p1, a.p2, a.p3, a.p4, a.p5, a.p6) > 0;

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1]
-- $5 [2]
-- $6 [3]
-- $7 datetime.date(2015, 7, 1)
-- $8 [1, 2, 3]
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
  array_agg(p7) AS p7,
  array_agg(p8) AS p8,
  array_agg(p9) AS p9,
  array_agg(p10) AS p10
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.channel_id AS k1,
    sum(f.handled) AS p0,
    sum(f.offered) AS p1,
    COALESCE(sum(f.handled_to_5) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_10) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_15) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_20) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_30) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_45) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_60) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_90) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_120) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_180) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_240) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) AS p2,
    COALESCE(sum(f.handled_to_5) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) + COALESCE(sum(f.handled_to_10) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) + COALESCE(sum(f.handled_to_15) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) + COALESCE(sum(f.handled_to_20) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) + COALESCE(sum(f.handled_to_30) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) AS p3,
    COALESCE(sum(f.handled_to_5) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_10) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_15) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_20) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_30) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_45) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_60) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_90) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_120) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_180) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_240) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_300) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_600) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_900) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_1800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_3600) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_7200) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_14400) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_28800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_86400) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_172800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) AS p4,
    COALESCE(sum(f.handled_to_5) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_10) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_15) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_20) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_30) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_45) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_60) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_90) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_120) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_180) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_240) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_300) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_600) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_900) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_1800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_3600) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_7200) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_14400) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_28800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_86400) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) AS p5,
    sum(f.handled) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p6,
    sum(f.abandoned) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p7,
    sum(f.expired) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p8,
    sum(f.handled_unknown) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p9,
    sum(f.abandoned_unknown) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p10
  FROM rollup.contact_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- interval_within_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 240.0
-- $5 [1]
-- $6 30.0
-- $7 [2]
-- $8 172800.0
-- $9 [3]
-- $10 datetime.date(2015, 7, 1)
-- $11 86400.0
SELECT a.*
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.channel_id AS k1,
    sum(f.within_answered) FILTER (WHERE f.threshold = $4::float8 AND f.channel_id = ANY($5::smallint[]))::float8 AS p0,
    sum(f.within_answered) FILTER (WHERE f.threshold = $6::float8 AND f.channel_id = ANY($7::smallint[]))::float8 AS p1,
    sum(f.within_answered) FILTER (WHERE f.threshold = $8::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month < $10)::float8 AS p2,
    sum(f.within_answered) FILTER (WHERE f.threshold = $11::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month >= $10)::float8 AS p3,
    sum(f.judged_answered) FILTER (WHERE f.threshold = $4::float8 AND f.channel_id = ANY($5::smallint[]))::float8 AS p4,
    sum(f.judged_answered) FILTER (WHERE f.threshold = $6::float8 AND f.channel_id = ANY($7::smallint[]))::float8 AS p5,
    sum(f.judged_answered) FILTER (WHERE f.threshold = $8::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month < $10)::float8 AS p6,
    sum(f.judged_answered) FILTER (WHERE f.threshold = $11::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month >= $10)::float8 AS p7,
    sum(f.judged_abandoned) FILTER (WHERE f.threshold = $4::float8 AND f.channel_id = ANY($5::smallint[]))::float8 AS p8,
    sum(f.judged_abandoned) FILTER (WHERE f.threshold = $6::float8 AND f.channel_id = ANY($7::smallint[]))::float8 AS p9,
    sum(f.judged_abandoned) FILTER (WHERE f.threshold = $8::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month < $10)::float8 AS p10,
    sum(f.judged_abandoned) FILTER (WHERE f.threshold = $11::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month >= $10)::float8 AS p11,
    sum(f.judged_intervals) FILTER (WHERE f.threshold = $4::float8 AND f.channel_id = ANY($5::smallint[]))::float8 AS p12,
    sum(f.judged_lacks_abandoned) FILTER (WHERE f.threshold = $4::float8 AND f.channel_id = ANY($5::smallint[]))::float8 AS p13,
    sum(f.judged_intervals) FILTER (WHERE f.threshold = $6::float8 AND f.channel_id = ANY($7::smallint[]))::float8 AS p14,
    sum(f.judged_lacks_abandoned) FILTER (WHERE f.threshold = $6::float8 AND f.channel_id = ANY($7::smallint[]))::float8 AS p15,
    sum(f.judged_intervals) FILTER (WHERE f.threshold = $8::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month < $10)::float8 AS p16,
    sum(f.judged_lacks_abandoned) FILTER (WHERE f.threshold = $8::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month < $10)::float8 AS p17,
    sum(f.judged_intervals) FILTER (WHERE f.threshold = $11::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month >= $10)::float8 AS p18,
    sum(f.judged_lacks_abandoned) FILTER (WHERE f.threshold = $11::float8 AND f.channel_id = ANY($9::smallint[]) AND f.month >= $10)::float8 AS p19
  FROM rollup.interval_within_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a
WHERE num_nonnulls(a.p0, a.p1, a.p2, a.p3, a.p4, a.p5, a.p6, a.p7, a.p8, a.p9, a.p10, a.p11, a.p12, a.p13, a.p14, a.p15, a.p16, a.p17, a.p18, a.p19) > 0;

-- pending_fact covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
-- $4 240.0
-- $5 [2]
-- $6 30.0
-- $7 [3]
-- $8 datetime.date(2015, 7, 1)
-- $9 172800.0
-- $10 86400.0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3
FROM (
  SELECT
    date_trunc('month', f.day::timestamp)::date AS k0,
    f.channel_id AS k1,
    count(*) FILTER (WHERE f.channel_id = ANY($3::smallint[]) AND f.age > $4::float8) AS p0,
    count(*) FILTER (WHERE f.channel_id = ANY($5::smallint[]) AND f.age > $6::float8) AS p1,
    count(*) FILTER (WHERE f.channel_id = ANY($7::smallint[]) AND f.day < $8 AND f.age > $9::float8) AS p2,
    count(*) FILTER (WHERE f.channel_id = ANY($7::smallint[]) AND f.day >= $8 AND f.age > $10::float8) AS p3
  FROM pending_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- case_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.channel_id AS k1,
    sum(f.cases_of_one) AS p0,
    sum(f.cases) AS p1
  FROM rollup.case_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- the days with intervals
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  f.site_id AS k0,
  min(f.day) AS p0,
  max(f.day) AS p1
FROM rollup.interval_day AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
GROUP BY 1
ORDER BY 1;

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.identified_handled) AS p0,
  sum(f.handled) AS p1
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;
