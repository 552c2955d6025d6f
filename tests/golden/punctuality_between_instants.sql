-- late_login

-- shift_day is too coarse (day); shift_fact covers the question
-- $1 datetime.date(2015, 12, 23)
-- $2 datetime.date(2015, 12, 25)
-- $3 datetime.datetime(2015, 12, 24, 5, 0, 30, tzinfo=datetime.timezone.utc)
-- $4 datetime.datetime(2015, 12, 24, 11, 0, 30, tzinfo=datetime.timezone.utc)
SELECT
  sum(f.late)::float8 AS p0,
  count(*) FILTER (WHERE f.late IS NOT NULL) AS p1
FROM shift_fact AS f
WHERE f.day BETWEEN $1 AND $2
  AND f.starts_at >= $3
  AND f.starts_at < $4;
