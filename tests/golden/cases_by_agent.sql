-- fcr

-- case_month lacks agent; case_day lacks agent; case_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.agent_id AS k0,
    count(*) FILTER (WHERE f.mature AND f.contacts = 1) AS p0,
    count(*) FILTER (WHERE f.mature) AS p1
  FROM case_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
  GROUP BY 1
  ORDER BY 1
) AS a;

-- contact_month covers the question
-- $1 datetime.date(2015, 12, 1)
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
