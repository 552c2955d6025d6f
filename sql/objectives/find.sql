-- Return objectives with their key results and check-ins, the oldest first: number $1 (NULL: any), of these owners ($2
-- the company, $3 sites, $4 teams), owned by kind $5 and id $6, in states $7, overlapping $8 ≤ t < $9, below parent $10
-- (each NULL: any), after $11, at most $12, of the numbers $13 (NULL: any) (index objective_pkey; key_result_objective
-- and check_in_key_result below it).
SELECT
  o.objective_id, o.title, o.description, o.owner_kind, o.owner_id, o.starts, o.ends, o.parent_id, o.state, o.version, o.created_at,
  o.created_by, o.changed_at, o.closed_at, o.retrospective,
  (
    SELECT p.owner_kind || ' ' || p.owner_id
    FROM objective AS p
    WHERE p.objective_id = o.parent_id
  ) AS parent_owner,
  (
    SELECT json_agg(
      json_build_object(
        'number', k.key_result_id, 'title', k.title, 'metric', k.metric, 'scope', k.scope, 'unit', k.unit, 'better', k.better,
        'baseline', k.baseline, 'target', k.target, 'deadline', k.deadline, 'path', k.path, 'score', k.score, 'scored', k.scored,
        'check_ins', (
          SELECT json_agg(
            json_build_object(
              'number', c.check_in_id, 'on', c.on_day, 'value', c.value, 'confidence', c.confidence, 'comment', c.comment,
              'author', c.author, 'recorded_at', c.recorded_at
            ) ORDER BY c.check_in_id
          )
          FROM check_in AS c
          WHERE c.key_result_id = k.key_result_id
        )
      ) ORDER BY k.key_result_id
    )::text
    FROM key_result AS k
    WHERE k.objective_id = o.objective_id
  ) AS key_results
FROM objective AS o
WHERE ($1::bigint IS NULL OR o.objective_id = $1)
  AND CASE o.owner_kind
    WHEN 'company' THEN $2::boolean
    WHEN 'site' THEN o.owner_id = ANY($3::smallint[])
    ELSE o.owner_id = ANY($4::smallint[])
  END
  AND ($5::text IS NULL OR o.owner_kind = $5)
  AND ($6::smallint IS NULL OR o.owner_id = $6)
  AND ($7::text[] IS NULL OR o.state = ANY($7))
  AND ($8::date IS NULL OR o.ends > $8)
  AND ($9::date IS NULL OR o.starts < $9)
  AND ($10::bigint IS NULL OR o.parent_id = $10)
  AND o.objective_id > $11::bigint
  AND ($13::bigint[] IS NULL OR o.objective_id = ANY($13))
ORDER BY o.objective_id
LIMIT $12
