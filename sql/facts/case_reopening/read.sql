-- Read each staged reopening, with the reason to refuse it. The arguments are those of given_case/read.sql. The runs of
-- a case must follow one another without a gap, each beginning after the end of the one before. If the stored and
-- staged rows of a case together do not, all its staged rows are refused.
INSERT INTO ready_case_reopening (
  source_id, case_id, number, reopened_at, resolved_at, closed_at, staged, line, refused, ambiguous, unknown
)
WITH told AS (
  SELECT
    s.ctid AS staged, s.line, s."case" AS case_id, s.reopening AS number_text, s.reopened_at AS reopened_text, source.source_id, g.opened_at,
    greatest(g.resolved_at, g.closed_at) AS first_ended_at,
    CASE WHEN s.reopening::numeric = trunc(s.reopening::numeric) AND s.reopening::numeric BETWEEN 1 AND 30000 THEN s.reopening::numeric END AS number,
    pg_temp.instant(s.reopened_at, $1::text) AS reopened_at,
    pg_temp.instant(s.resolved_at, $1::text) AS resolved_at,
    pg_temp.instant(s.closed_at, $1::text) AS closed_at,
    coalesce(
      pg_temp.time_fault(s.reopened_at, $1::text, 'reopened_at'), pg_temp.time_fault(s.resolved_at, $1::text, 'resolved_at'),
      pg_temp.time_fault(s.closed_at, $1::text, 'closed_at')) AS time_fault,
    pg_temp.is_repeated(s.reopened_at, $1::text) OR pg_temp.is_repeated(s.resolved_at, $1::text)
      OR pg_temp.is_repeated(s.closed_at, $1::text) AS ambiguous
  FROM stage_case_reopening AS s
  LEFT JOIN source ON source.code = coalesce(s.source, $3::text)
  LEFT JOIN given_case AS g ON g.source_id = source.source_id AND g.case_id = s."case"
  OFFSET 0
),
judged AS (
  SELECT
    t.*,
    CASE
      WHEN t.case_id IS NULL THEN 'missing:case'
      WHEN t.number_text IS NULL THEN 'missing:reopening'
      WHEN t.reopened_text IS NULL THEN 'missing:reopened_at'
      WHEN t.opened_at IS NULL THEN 'unknown_case'
      WHEN t.number IS NULL THEN 'reopening_number'
      WHEN t.time_fault IS NOT NULL THEN t.time_fault
      WHEN t.resolved_at < t.reopened_at THEN 'resolved_before_reopened'
      WHEN t.closed_at < t.reopened_at THEN 'closed_before_reopened'
      WHEN t.closed_at < t.resolved_at THEN 'closed_before_resolved'
      WHEN greatest(t.reopened_at, t.resolved_at, t.closed_at) > $2::timestamptz + interval '5 minutes' THEN 'case_in_future'
    END AS fault
  FROM told AS t
),
latest AS (
  SELECT DISTINCT ON (j.source_id, j.case_id, j.number) j.*
  FROM judged AS j
  WHERE j.fault IS NULL
  ORDER BY j.source_id, j.case_id, j.number, j.line DESC, j.staged DESC
),
named AS (
  SELECT DISTINCT l.source_id, l.case_id, l.opened_at, l.first_ended_at FROM latest AS l
),
run AS (
  SELECT n.source_id, n.case_id, 0::numeric AS number, n.opened_at AS began_at, n.first_ended_at AS ended_at
  FROM named AS n
  UNION ALL
  SELECT l.source_id, l.case_id, l.number, l.reopened_at, greatest(l.resolved_at, l.closed_at)
  FROM latest AS l
  UNION ALL
  SELECT r.source_id, r.case_id, r.number, r.reopened_at, greatest(r.resolved_at, r.closed_at)
  FROM named AS n
  JOIN case_reopening AS r ON r.source_id = n.source_id AND r.case_id = n.case_id
  WHERE NOT EXISTS (
    SELECT FROM latest AS l WHERE l.source_id = r.source_id AND l.case_id = r.case_id AND l.number = r.number
  )
),
followed AS (
  SELECT
    r.source_id, r.case_id, r.number,
    CASE
      WHEN r.number = 0 THEN NULL
      WHEN lag(r.number) OVER w <> r.number - 1 THEN 'reopening_left_out'
      WHEN lag(r.ended_at) OVER w IS NULL THEN 'reopened_while_open'
      WHEN lag(r.ended_at) OVER w > r.began_at THEN 'reopened_before_end'
    END AS fault
  FROM run AS r
  WINDOW w AS (PARTITION BY r.source_id, r.case_id ORDER BY r.number)
),
broken AS (
  SELECT DISTINCT f.source_id, f.case_id FROM followed AS f WHERE f.fault IS NOT NULL
)
SELECT
  j.source_id, j.case_id, j.number::smallint, j.reopened_at, j.resolved_at, j.closed_at, j.staged, j.line,
  coalesce(j.fault, f.fault, CASE WHEN b.case_id IS NOT NULL THEN 'reopenings_out_of_order' END),
  j.ambiguous,
  '{}'::jsonb[]
FROM judged AS j
LEFT JOIN followed AS f ON f.source_id = j.source_id AND f.case_id = j.case_id AND f.number = j.number AND j.fault IS NULL
LEFT JOIN broken AS b ON b.source_id = j.source_id AND b.case_id = j.case_id
