-- qos

-- contact_month lacks attribute; contact_day_site lacks attribute; contact_clock lacks attribute; contact_month_segment lacks attribute; contact_month_moment lacks attribute; contact_day lacks attribute; contact_month_full lacks attribute; contact_usual_site lacks attribute; contact_usual lacks attribute; contact_day_full lacks attribute; contact_quarter lacks attribute; contact_attribute_month holds one attribute at a time; contact_attribute_site holds one attribute at a time; contact_attribute_day holds one attribute at a time; contact_month_queue lacks attribute; contact_day_queue lacks attribute; contact_month_queues lacks attribute; contact_day_queues lacks attribute; contact_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 [1]
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.attribute_8 AS k0,
    count(*) FILTER (WHERE f.outcome_id = 1) AS p0,
    count(*) FILTER (WHERE f.outcome_id NOT IN (6, 7, 8)) AS p1
  FROM contact_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND f.attribute_1 = ANY($3::smallint[])
    AND NOT f.outbound
  GROUP BY 1
  ORDER BY 1
) AS a;
