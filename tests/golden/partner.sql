-- contacts, outbound

-- contact_month is too coarse (month); contact_day_site covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
-- $4 [1, 2]
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    date_trunc('week', f.day::timestamp)::date AS k0,
    s.partner_id AS k1,
    sum(f.contacts) FILTER (WHERE NOT f.outbound) AS p0,
    sum(f.contacts) FILTER (WHERE f.outbound) AS p1
  FROM rollup.contact_day_site AS f
  JOIN site AS s ON s.site_id = f.site_id
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
    AND f.site_id = ANY($4::smallint[])
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
