-- service_level(formula=offered_ex_short)

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
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3,
  array_agg(p4) AS p4,
  array_agg(p5) AS p5,
  array_agg(p6) AS p6,
  array_agg(p7) AS p7,
  array_agg(p8) AS p8,
  array_agg(p9) AS p9
FROM (
  SELECT
    date_trunc('year', f.month::timestamp)::date AS k0,
    COALESCE(sum(f.handled_to_5) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_10) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_15) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_20) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_30) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_45) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_60) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_90) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_120) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_180) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) + COALESCE(sum(f.handled_to_240) FILTER (WHERE f.channel_id = ANY($4::smallint[])), 0) AS p0,
    COALESCE(sum(f.handled_to_5) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) + COALESCE(sum(f.handled_to_10) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) + COALESCE(sum(f.handled_to_15) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) + COALESCE(sum(f.handled_to_20) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) + COALESCE(sum(f.handled_to_30) FILTER (WHERE f.channel_id = ANY($5::smallint[])), 0) AS p1,
    COALESCE(sum(f.handled_to_5) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_10) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_15) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_20) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_30) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_45) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_60) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_90) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_120) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_180) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_240) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_300) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_600) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_900) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_1800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_3600) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_7200) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_14400) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_28800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_86400) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) + COALESCE(sum(f.handled_to_172800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month < $7), 0) AS p2,
    COALESCE(sum(f.handled_to_5) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_10) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_15) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_20) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_30) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_45) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_60) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_90) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_120) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_180) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_240) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_300) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_600) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_900) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_1800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_3600) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_7200) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_14400) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_28800) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) + COALESCE(sum(f.handled_to_86400) FILTER (WHERE f.channel_id = ANY($6::smallint[]) AND f.month >= $7), 0) AS p3,
    sum(f.handled) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p4,
    sum(f.abandoned) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p5,
    sum(f.expired) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p6,
    COALESCE(sum(f.abandoned_to_5) FILTER (WHERE f.channel_id = ANY($8::smallint[])), 0) AS p7,
    sum(f.handled_unknown) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p8,
    sum(f.abandoned_unknown) FILTER (WHERE f.channel_id = ANY($8::smallint[])) AS p9
  FROM rollup.contact_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

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
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2,
  array_agg(p3) AS p3
FROM (
  SELECT
    date_trunc('year', f.day::timestamp)::date AS k0,
    count(*) FILTER (WHERE f.channel_id = ANY($3::smallint[]) AND f.age > $4::float8) AS p0,
    count(*) FILTER (WHERE f.channel_id = ANY($5::smallint[]) AND f.age > $6::float8) AS p1,
    count(*) FILTER (WHERE f.channel_id = ANY($7::smallint[]) AND f.day < $8 AND f.age > $9::float8) AS p2,
    count(*) FILTER (WHERE f.channel_id = ANY($7::smallint[]) AND f.day >= $8 AND f.age > $10::float8) AS p3
  FROM pending_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
