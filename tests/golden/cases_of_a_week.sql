-- fcr_flagged

-- case_month is too coarse (month); case_day covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
-- $3 0
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.moment_id AS k0,
    sum(f.cases_of_one_flagged) AS p0,
    sum(f.cases_flagged) AS p1
  FROM rollup.case_day AS f
  WHERE f.day >= $1
    AND f.day < $2
    AND rollups_as_of($3)
  GROUP BY 1
  ORDER BY 1
) AS a;

-- contact_month is too coarse (month); contact_day_site covers the question
-- $1 datetime.date(2015, 12, 7)
-- $2 datetime.date(2015, 12, 14)
-- $3 0
SELECT
  sum(f.identified_handled) AS p0,
  sum(f.handled) AS p1
FROM rollup.contact_day_site AS f
WHERE f.day >= $1
  AND f.day < $2
  AND rollups_as_of($3)
  AND NOT f.outbound;
