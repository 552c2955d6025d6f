-- complaints

-- contact_month lacks moment; contact_day_site lacks moment; contact_clock lacks moment; contact_month_segment lacks moment; contact_month_moment covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [2]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.moment_id AS k1,
    sum(f.contacts) FILTER (WHERE f.moment_id = ANY($4::smallint[])) AS p0
  FROM rollup.contact_month_moment AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
