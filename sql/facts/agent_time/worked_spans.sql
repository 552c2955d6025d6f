-- Widen the touched spans to the whole of each worked shift that they touch: while login time lies less than four hours
-- away.
INSERT INTO worked_span (agent_id, starts, ends)
WITH RECURSIVE earlier AS (
  SELECT agent_id, starts, starts AS reached FROM time_span
  UNION
  SELECT e.agent_id, e.starts, n.bucket
  FROM earlier AS e
  CROSS JOIN LATERAL (
    SELECT min(t.bucket) AS bucket
    FROM agent_time AS t
    WHERE t.agent_id = e.agent_id
      AND t.bucket < e.reached
      AND t.bucket > e.reached - interval '4 hours 15 minutes'
      AND t.login > 0
  ) AS n
  WHERE n.bucket IS NOT NULL
), later AS (
  SELECT agent_id, starts, ends AS reached FROM time_span
  UNION
  SELECT e.agent_id, e.starts, n.bucket + interval '15 minutes'
  FROM later AS e
  CROSS JOIN LATERAL (
    SELECT max(t.bucket) AS bucket
    FROM agent_time AS t
    WHERE t.agent_id = e.agent_id
      AND t.bucket >= e.reached
      AND t.bucket < e.reached + interval '4 hours'
      AND t.login > 0
  ) AS n
  WHERE n.bucket IS NOT NULL
)
SELECT j.agent_id, lower(j.span), upper(j.span)
FROM (
  SELECT e.agent_id, unnest(range_agg(tstzrange(e.reached, l.reached))) AS span
  FROM (SELECT agent_id, starts, min(reached) AS reached FROM earlier GROUP BY 1, 2) AS e
  JOIN (SELECT agent_id, starts, max(reached) AS reached FROM later GROUP BY 1, 2) AS l USING (agent_id, starts)
  GROUP BY e.agent_id
) AS j
