-- contacts

-- contact_month lacks outcome, reason; contact_day_site lacks outcome, reason; contact_clock lacks outcome, reason; contact_month_segment lacks outcome, reason; contact_month_moment lacks outcome, reason; contact_day lacks outcome, reason; contact_month_full lacks outcome, reason; contact_usual_site lacks outcome, reason; contact_usual lacks outcome, reason; contact_day_full lacks outcome, reason; contact_quarter lacks outcome, reason; contact_month_queue lacks outcome, reason; contact_day_queue lacks outcome, reason; contact_month_queues lacks outcome, reason; contact_day_queues lacks outcome, reason; contact_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [3, 4]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0
FROM (
  SELECT
    f.reason_id AS k0,
    count(*) FILTER (WHERE f.outcome_id <> 6) AS p0
  FROM contact_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.outcome_id = ANY($3::smallint[])
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
