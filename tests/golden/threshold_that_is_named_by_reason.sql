-- qos_net(short=33)

-- contact_month lacks outcome; contact_day_site lacks outcome; contact_clock lacks outcome; contact_month_segment lacks outcome; contact_month_moment lacks outcome; contact_day lacks outcome; contact_month_full lacks outcome; contact_usual_site lacks outcome; contact_usual lacks outcome; contact_day_full lacks outcome; contact_quarter lacks outcome; contact_month_queue lacks outcome; contact_day_queue lacks outcome; contact_month_queues lacks outcome; contact_day_queues lacks outcome; contact_fact covers the question
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
    f.outcome_id AS k0,
    count(*) FILTER (WHERE f.outcome_id = 1) AS p0,
    count(*) FILTER (WHERE f.outcome_id NOT IN (6, 7, 8)) AS p1,
    count(*) FILTER (WHERE f.outcome_id = 4) AS p2,
    count(*) FILTER (WHERE f.outcome_id = 3 AND f.wait IS NULL) AS p3,
    count(*) FILTER (WHERE f.outcome_id = 3) AS p4
  FROM contact_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;

-- within_month lacks outcome; within_day lacks outcome; within_usual lacks outcome; within_quarter lacks outcome; contact_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 33.0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.outcome_id AS k0,
    count(*) FILTER (WHERE f.outcome_id = 3 AND f.wait <= $3::float8) AS p0
  FROM contact_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
