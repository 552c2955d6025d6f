-- budget_consumed, budget_pace

-- contact_month lacks moment; contact_day_site lacks moment; contact_clock lacks moment; contact_month_segment lacks moment; contact_month_moment covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [2]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.site_id AS k1,
    sum(f.cost)::float8 AS p0,
    sum(f.priced) AS p1,
    sum(f.unpriced) AS p2
  FROM rollup.contact_month_moment AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
    AND f.moment_id = ANY($4::smallint[])
    AND NOT f.outbound
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- budgets are stored by site and month
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  b.site_id AS k0,
  b.month AS k1,
  b.amount::float8 AS p0,
  (SELECT (d.horizon AT TIME ZONE s.zone)::date FROM data_state AS d) AS p1
FROM budget AS b
JOIN site AS s ON s.site_id = b.site_id
WHERE b.month >= $1
  AND b.month < $2
ORDER BY 1, 2;
