-- handle_time

-- handling_month lacks segment; handling_day lacks segment; handling_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
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
    f.segment_id AS k0,
    count(*) FILTER (WHERE f.handle <= 5) AS p0,
    count(*) FILTER (WHERE f.handle > 5 AND f.handle <= 10) AS p1,
    count(*) FILTER (WHERE f.handle > 10 AND f.handle <= 15) AS p2,
    count(*) FILTER (WHERE f.handle > 15 AND f.handle <= 20) AS p3,
    count(*) FILTER (WHERE f.handle > 20 AND f.handle <= 30) AS p4,
    count(*) FILTER (WHERE f.handle > 30 AND f.handle <= 45) AS p5,
    count(*) FILTER (WHERE f.handle > 45 AND f.handle <= 60) AS p6,
    count(*) FILTER (WHERE f.handle > 60 AND f.handle <= 90) AS p7,
    count(*) FILTER (WHERE f.handle > 90 AND f.handle <= 120) AS p8,
    count(*) FILTER (WHERE f.handle > 120 AND f.handle <= 180) AS p9,
    count(*) FILTER (WHERE f.handle > 180 AND f.handle <= 240) AS p10,
    count(*) FILTER (WHERE f.handle > 240 AND f.handle <= 300) AS p11,
    count(*) FILTER (WHERE f.handle > 300 AND f.handle <= 600) AS p12,
    count(*) FILTER (WHERE f.handle > 600 AND f.handle <= 900) AS p13,
    count(*) FILTER (WHERE f.handle > 900 AND f.handle <= 1800) AS p14,
    count(*) FILTER (WHERE f.handle > 1800 AND f.handle <= 3600) AS p15,
    count(*) FILTER (WHERE f.handle > 3600 AND f.handle <= 7200) AS p16,
    count(*) FILTER (WHERE f.handle > 7200 AND f.handle <= 14400) AS p17,
    count(*) FILTER (WHERE f.handle > 14400 AND f.handle <= 28800) AS p18,
    count(*) FILTER (WHERE f.handle > 28800 AND f.handle <= 86400) AS p19,
    count(*) FILTER (WHERE f.handle > 86400 AND f.handle <= 172800) AS p20,
    count(*) FILTER (WHERE f.handle > 172800 AND f.handle <= 259200) AS p21,
    count(*) FILTER (WHERE f.handle > 259200) AS p22,
    count(*) AS p23
  FROM handling_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
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
