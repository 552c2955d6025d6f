-- qos

-- contact_month lacks queue; contact_day_site lacks queue; contact_clock lacks queue; contact_month_segment lacks queue; contact_month_moment lacks queue; contact_day lacks queue; contact_month_full lacks queue; contact_usual_site lacks queue; contact_usual lacks queue; contact_day_full lacks queue; contact_quarter lacks queue; contact_month_queue lacks site; contact_day_queue lacks site; contact_month_queues is too coarse (month); contact_day_queues covers the question
-- $1 datetime.date(2015, 12, 1)
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
    f.day AS k0,
    f.site_id AS k1,
    f.queue_id AS k2,
    sum(f.handled) AS p0,
    sum(f.offered) AS p1
  FROM rollup.contact_day_queues AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
) AS a;
