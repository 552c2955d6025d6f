-- handle_time

-- handling_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
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
FROM rollup.handling_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
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
