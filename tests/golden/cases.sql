-- fcr, contacts_per_case

-- case_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1,
  array_agg(p2) AS p2
FROM (
  SELECT
    date_trunc('month', f.month::timestamp)::date AS k0,
    f.channel_id AS k1,
    sum(f.cases_of_one) AS p0,
    sum(f.cases) AS p1,
    sum(f.case_contacts)::float8 AS p2
  FROM rollup.case_month AS f
  WHERE f.month >= $1
    AND f.month < $2
    AND rollups_as_of($3)
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;

-- contact_month covers the question
-- $1 datetime.date(2015, 1, 1)
-- $2 datetime.date(2016, 1, 1)
-- $3 0
SELECT
  sum(f.identified_handled) AS p0,
  sum(f.handled) AS p1
FROM rollup.contact_month AS f
WHERE f.month >= $1
  AND f.month < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;
