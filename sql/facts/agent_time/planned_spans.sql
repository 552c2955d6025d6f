-- Widen the touched spans to the whole of each planned shift that they touch: while planned time lies less than four
-- hours away.
INSERT INTO planned_span (agent_id, starts, ends)
WITH RECURSIVE earlier AS (
  SELECT agent_id, starts, starts AS reached FROM time_span
  UNION
  SELECT e.agent_id, e.starts, n.starts_at
  FROM earlier AS e
  CROSS JOIN LATERAL (
    SELECT min(a.starts_at) AS starts_at
    FROM agent_schedule AS a
    WHERE a.agent_id = e.agent_id
      AND a.activity <> 'absence'
      AND a.starts_at < e.reached
      AND a.starts_at > e.reached - interval '28 hours'
      AND a.ends_at > e.reached - interval '4 hours'
  ) AS n
  WHERE n.starts_at IS NOT NULL
), later AS (
  SELECT agent_id, starts, ends AS reached FROM time_span
  UNION
  SELECT e.agent_id, e.starts, n.ends_at
  FROM later AS e
  CROSS JOIN LATERAL (
    SELECT max(a.ends_at) AS ends_at
    FROM agent_schedule AS a
    WHERE a.agent_id = e.agent_id
      AND a.activity <> 'absence'
      AND a.starts_at > e.reached - interval '24 hours'
      AND a.starts_at < e.reached + interval '4 hours'
      AND a.ends_at > e.reached
  ) AS n
  WHERE n.ends_at IS NOT NULL
)
SELECT j.agent_id, lower(j.span), upper(j.span)
FROM (
  SELECT e.agent_id, unnest(range_agg(tstzrange(e.reached, l.reached))) AS span
  FROM (SELECT agent_id, starts, min(reached) AS reached FROM earlier GROUP BY 1, 2) AS e
  JOIN (SELECT agent_id, starts, max(reached) AS reached FROM later GROUP BY 1, 2) AS l USING (agent_id, starts)
  GROUP BY e.agent_id
) AS j
