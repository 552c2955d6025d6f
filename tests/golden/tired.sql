-- tired_agents

-- agents are judged by their last worked days
-- $1 [datetime.date(2015, 11, 30), datetime.date(2015, 12, 7), datetime.date(2015, 12, 14), datetime.date(2015, 12, 21), datetime.date(2015, 12, 28)]
-- $2 [datetime.date(2015, 12, 1), datetime.date(2015, 12, 7), datetime.date(2015, 12, 14), datetime.date(2015, 12, 21), datetime.date(2015, 12, 28)]
-- $3 [datetime.date(2015, 12, 7), datetime.date(2015, 12, 14), datetime.date(2015, 12, 21), datetime.date(2015, 12, 28), datetime.date(2016, 1, 1)]
-- $4 0
-- $5 [1, 2]
WITH bucket AS (
  SELECT b.start, LEAST(b.ending, d.ending) AS ending
  FROM unnest($1::date[], $2::date[], $3::date[]) AS b (start, beginning, ending)
  JOIN (SELECT max(day) + 1 AS ending FROM across.worked_shift) AS d ON b.beginning < d.ending
), worked AS (
  SELECT
    b.start, w.*, dense_rank() OVER (PARTITION BY b.start, w.agent_id ORDER BY w.day DESC) AS recency
  FROM bucket AS b
  JOIN across.worked_shift AS w ON w.day < b.ending AND w.day >= b.ending - 60
), counted AS (
  SELECT * FROM worked WHERE recency <= 10 AND login >= 18000
), agent_of AS (
  SELECT
    start, agent_id,
    (array_agg(site_id ORDER BY started_at DESC))[1] AS site_id,
    (array_agg(team_id ORDER BY started_at DESC))[1] AS team_id,
    sum(oc) > 0.85 * sum(oc + idle) AS busy
  FROM counted
  GROUP BY 1, 2
  HAVING count(*) >= 5
), span AS MATERIALIZED (
  SELECT DISTINCT c.agent_id, c.started_at, e.first, e.since, e.until
  FROM counted AS c
  JOIN agent_of AS a ON a.start = c.start AND a.agent_id = c.agent_id AND a.busy
  CROSS JOIN LATERAL (
    VALUES
      (true, c.started_at, c.started_at + interval '2 hours'),
      (false, c.ended_at - interval '2 hours', c.ended_at)
  ) AS e (first, since, until)
), shift AS MATERIALIZED (
  SELECT
    p.agent_id, p.started_at, t.channel_id, t.moment_id,
    sum(t.taken_timed) FILTER (WHERE p.first) AS first_n,
    sum(t.taken_handle) FILTER (WHERE p.first) AS first_seconds,
    sum(t.taken_timed) FILTER (WHERE NOT p.first) AS last_n,
    sum(t.taken_handle) FILTER (WHERE NOT p.first) AS last_seconds
  FROM span AS p
  JOIN across.taken_quarter AS t
    ON t.agent_id = p.agent_id AND t.bucket >= p.since AND t.bucket < p.until AND t.taken_timed > 0
  GROUP BY 1, 2, 3, 4
), mixed AS (
  SELECT
    c.start, c.agent_id, t.channel_id, t.moment_id,
    sum(t.first_n) AS first_n, sum(t.first_seconds) AS first_seconds,
    sum(t.last_n) AS last_n, sum(t.last_seconds) AS last_seconds
  FROM counted AS c
  JOIN agent_of AS a ON a.start = c.start AND a.agent_id = c.agent_id AND a.busy
  JOIN shift AS t ON t.agent_id = c.agent_id AND t.started_at = c.started_at
  GROUP BY 1, 2, 3, 4
), slowed AS (
  SELECT start, agent_id
  FROM mixed
  WHERE first_n > 0 AND last_n > 0
  GROUP BY 1, 2
  HAVING sum((first_n + last_n) * last_seconds / last_n)
    > 1.2 * sum((first_n + last_n) * first_seconds / first_n)
)
SELECT
  f.start AS k0,
  f.site_id AS k1,
  count(w.agent_id) AS p0,
  count(*) AS p1
FROM agent_of AS f
LEFT JOIN slowed AS w ON w.start = f.start AND w.agent_id = f.agent_id
WHERE within_wall(f.site_id, f.team_id, f.agent_id, NULL)
  AND rollups_as_of($4)
  AND f.site_id = ANY($5::smallint[])
GROUP BY 1, 2
ORDER BY 1, 2;

-- agents are judged by their last worked days
-- $1 [datetime.date(2015, 12, 1)]
-- $2 [datetime.date(2016, 1, 1)]
-- $3 0
-- $4 [1, 2]
WITH bucket AS (
  SELECT b.start, LEAST(b.ending, d.ending) AS ending
  FROM unnest($1::date[], $1::date[], $2::date[]) AS b (start, beginning, ending)
  JOIN (SELECT max(day) + 1 AS ending FROM across.worked_shift) AS d ON b.beginning < d.ending
), worked AS (
  SELECT
    b.start, w.*, dense_rank() OVER (PARTITION BY b.start, w.agent_id ORDER BY w.day DESC) AS recency
  FROM bucket AS b
  JOIN across.worked_shift AS w ON w.day < b.ending AND w.day >= b.ending - 60
), counted AS (
  SELECT * FROM worked WHERE recency <= 10 AND login >= 18000
), agent_of AS (
  SELECT
    start, agent_id,
    (array_agg(site_id ORDER BY started_at DESC))[1] AS site_id,
    (array_agg(team_id ORDER BY started_at DESC))[1] AS team_id,
    sum(oc) > 0.85 * sum(oc + idle) AS busy
  FROM counted
  GROUP BY 1, 2
  HAVING count(*) >= 5
), span AS MATERIALIZED (
  SELECT DISTINCT c.agent_id, c.started_at, e.first, e.since, e.until
  FROM counted AS c
  JOIN agent_of AS a ON a.start = c.start AND a.agent_id = c.agent_id AND a.busy
  CROSS JOIN LATERAL (
    VALUES
      (true, c.started_at, c.started_at + interval '2 hours'),
      (false, c.ended_at - interval '2 hours', c.ended_at)
  ) AS e (first, since, until)
), shift AS MATERIALIZED (
  SELECT
    p.agent_id, p.started_at, t.channel_id, t.moment_id,
    sum(t.taken_timed) FILTER (WHERE p.first) AS first_n,
    sum(t.taken_handle) FILTER (WHERE p.first) AS first_seconds,
    sum(t.taken_timed) FILTER (WHERE NOT p.first) AS last_n,
    sum(t.taken_handle) FILTER (WHERE NOT p.first) AS last_seconds
  FROM span AS p
  JOIN across.taken_quarter AS t
    ON t.agent_id = p.agent_id AND t.bucket >= p.since AND t.bucket < p.until AND t.taken_timed > 0
  GROUP BY 1, 2, 3, 4
), mixed AS (
  SELECT
    c.start, c.agent_id, t.channel_id, t.moment_id,
    sum(t.first_n) AS first_n, sum(t.first_seconds) AS first_seconds,
    sum(t.last_n) AS last_n, sum(t.last_seconds) AS last_seconds
  FROM counted AS c
  JOIN agent_of AS a ON a.start = c.start AND a.agent_id = c.agent_id AND a.busy
  JOIN shift AS t ON t.agent_id = c.agent_id AND t.started_at = c.started_at
  GROUP BY 1, 2, 3, 4
), slowed AS (
  SELECT start, agent_id
  FROM mixed
  WHERE first_n > 0 AND last_n > 0
  GROUP BY 1, 2
  HAVING sum((first_n + last_n) * last_seconds / last_n)
    > 1.2 * sum((first_n + last_n) * first_seconds / first_n)
)
SELECT
  count(w.agent_id) AS p0,
  count(*) AS p1
FROM agent_of AS f
LEFT JOIN slowed AS w ON w.start = f.start AND w.agent_id = f.agent_id
WHERE within_wall(f.site_id, f.team_id, f.agent_id, NULL)
  AND rollups_as_of($3)
  AND f.site_id = ANY($4::smallint[]);
