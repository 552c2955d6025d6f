-- handle_time

-- handling_month is too coarse (month); handling_day covers the question
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
  array_agg(p6) AS p6,
  array_agg(p7) AS p7,
  array_agg(p8) AS p8,
  array_agg(p9) AS p9,
  array_agg(p10) AS p10,
  array_agg(p11) AS p11,
  array_agg(p12) AS p12,
  array_agg(p13) AS p13,
  array_agg(p14) AS p14,
  array_agg(p15) AS p15,
  array_agg(p16) AS p16,
  array_agg(p17) AS p17,
  array_agg(p18) AS p18,
  array_agg(p19) AS p19,
  array_agg(p20) AS p20,
  array_agg(p21) AS p21,
  array_agg(p22) AS p22,
  array_agg(p23) AS p23
FROM (
  SELECT
    f.day AS k0,
    sum(f.handled_in_to_5) AS p0,
    sum(f.handled_in_to_10) AS p1,
    sum(f.handled_in_to_15) AS p2,
    sum(f.handled_in_to_20) AS p3,
    sum(f.handled_in_to_30) AS p4,
    sum(f.handled_in_to_45) AS p5,
    sum(f.handled_in_to_60) AS p6,
    sum(f.handled_in_to_90) AS p7,
    sum(f.handled_in_to_120) AS p8,
    sum(f.handled_in_to_180) AS p9,
    sum(f.handled_in_to_240) AS p10,
    sum(f.handled_in_to_300) AS p11,
    sum(f.handled_in_to_600) AS p12,
    sum(f.handled_in_to_900) AS p13,
    sum(f.handled_in_to_1800) AS p14,
    sum(f.handled_in_to_3600) AS p15,
    sum(f.handled_in_to_7200) AS p16,
    sum(f.handled_in_to_14400) AS p17,
    sum(f.handled_in_to_28800) AS p18,
    sum(f.handled_in_to_86400) AS p19,
    sum(f.handled_in_to_172800) AS p20,
    sum(f.handled_in_to_259200) AS p21,
    sum(f.handled_in_over) AS p22,
    sum(f.handled_in) AS p23
  FROM rollup.handling_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- contact_month covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.handled) AS p0,
  sum(f.timed) AS p1
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;
