-- callback_kept_rate

-- callback_month lacks reason; callback_day lacks reason; callback_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  array_agg(k0) AS k0,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.reason_id AS k0,
    count(*) FILTER (WHERE f.judged AND f.made_at <= f.due_at) AS p0,
    count(*) FILTER (WHERE f.judged) AS p1
  FROM callback_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
  GROUP BY 1
  ORDER BY 1
) AS a;
