-- resolution_time

-- step_month lacks agent; step_month_agent lacks channel; step_day lacks agent; step_day_agent lacks channel; case_step_fact covers the question
-- $1 datetime.date(2015, 12, 1)
-- $2 datetime.date(2016, 1, 1)
SELECT
  array_agg(k0) AS k0,
  array_agg(k1) AS k1,
  array_agg(p0) AS p0,
  array_agg(p1) AS p1
FROM (
  SELECT
    f.agent_id AS k0,
    f.channel_id AS k1,
    sum(f.seconds) FILTER (WHERE f.step = 2 AND f.settled)::float8 AS p0,
    count(*) FILTER (WHERE f.step = 2 AND f.settled) AS p1
  FROM case_step_fact AS f
  WHERE f.day >= $1
    AND f.day < $2
  GROUP BY 1, 2
  ORDER BY 1, 2
) AS a;
