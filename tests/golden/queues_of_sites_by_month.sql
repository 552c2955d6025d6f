-- qos

-- contact_month lacks first_queue; contact_day_site lacks first_queue; contact_clock lacks first_queue; contact_month_segment lacks first_queue; contact_month_moment lacks first_queue; contact_day lacks first_queue; contact_month_full lacks first_queue; contact_usual_site lacks first_queue; contact_usual lacks first_queue; contact_day_full lacks first_queue; contact_quarter lacks first_queue; contact_month_queue lacks first_queue, site; contact_day_queue lacks first_queue, site; contact_month_queues covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(k2) AS k2,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.site_id AS k1,
    f.first_queue_id AS k2,
    sum(f.handled) AS p0,
    sum(f.offered) AS p1
  FROM rollup.contact_month_queues AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
) AS a;
