-- Open times derived from the calendars of sites, and the facts that depend on them.

-- name: stage
-- Make the tables for comparing the open times of sites with the previous ones. changed_hours: the days between which
-- they differ.
CREATE TEMP TABLE IF NOT EXISTS fresh_span (LIKE open_span);
CREATE TEMP TABLE IF NOT EXISTS changed_hours (site_id smallint, first_day date, last_day date);
TRUNCATE fresh_span, changed_hours

-- name: derive
-- Derive the open times of the sites $1 (codes) from their present calendars.
INSERT INTO fresh_span (site_id, starts_at, ends_at, seconds_before)
SELECT f.site_id, f.starts_at, f.ends_at, f.seconds_before
FROM open_span_fact AS f
WHERE f.site_id = ANY (ARRAY(SELECT s.site_id FROM site AS s WHERE s.code = ANY ($1::text[])))

-- name: changed
-- Find the range of days within which the open times of the sites $1 (codes) changed. The beginning and the end of a
-- calendar are compared too. An additional row with NULL represents the beginning, because it need not be an open time.
WITH stored AS (
  SELECT o.site_id, o.starts_at, o.ends_at, o.seconds_before IS NULL AS unknown
  FROM open_span AS o
  WHERE o.site_id = ANY (ARRAY(SELECT s.site_id FROM site AS s WHERE s.code = ANY ($1::text[])))
), stored_whole AS (
  TABLE stored
  UNION ALL
  SELECT s.site_id, min(s.starts_at), min(s.starts_at), NULL FROM stored AS s GROUP BY s.site_id
), fresh AS (
  SELECT f.site_id, f.starts_at, f.ends_at, f.seconds_before IS NULL AS unknown
  FROM fresh_span AS f
), fresh_whole AS (
  TABLE fresh
  UNION ALL
  SELECT f.site_id, min(f.starts_at), min(f.starts_at), NULL FROM fresh AS f GROUP BY f.site_id
)
INSERT INTO changed_hours (site_id, first_day, last_day)
SELECT d.site_id, min(d.starts_at)::date - 1, max(d.ends_at)::date + 1
FROM (
  (TABLE stored_whole EXCEPT TABLE fresh_whole)
  UNION ALL
  (TABLE fresh_whole EXCEPT TABLE stored_whole)
) AS d
GROUP BY d.site_id

-- name: remove
-- Delete the open times that are no longer valid.
DELETE FROM open_span AS o
USING changed_hours AS h
WHERE o.site_id = h.site_id

-- name: store
-- Store the open times that are valid from now on.
INSERT INTO open_span (site_id, starts_at, ends_at, seconds_before)
SELECT f.site_id, f.starts_at, f.ends_at, f.seconds_before
FROM fresh_span AS f
JOIN changed_hours AS h ON h.site_id = f.site_id

-- name: restate
-- Recompute the open waits of the contacts that a changed time may affect, and mark the days of those that change. A
-- wait is at most 366 days long (index contact_site_day).
WITH touched AS (
  SELECT
    c.source_id, c.contact_id, c.customer_id, c.site_id, c.day, c.outcome_id, c.in_hours, c.wait_open,
    o.is_open AS now_in_hours, CASE WHEN c.wait IS NOT NULL THEN o.seconds END AS now_wait_open
  FROM changed_hours AS h
  JOIN contact AS c ON c.site_id = h.site_id AND c.day BETWEEN h.first_day - 368 AND h.last_day + 1
    AND c.day + 2 + (coalesce(c.wait, 0) / 86400)::integer >= h.first_day
  LEFT JOIN LATERAL open_time(c.site_id, c.offered_at, c.offered_at + make_interval(secs => coalesce(c.wait, 0)::float8)) AS o ON true
), changed AS (
  UPDATE contact AS c
  SET in_hours = t.now_in_hours, wait_open = t.now_wait_open
  FROM touched AS t
  WHERE c.source_id = t.source_id
    AND c.contact_id = t.contact_id
    AND c.customer_id = t.customer_id
    AND c.day = t.day
    AND (t.in_hours, t.wait_open) IS DISTINCT FROM (t.now_in_hours, t.now_wait_open::numeric(11, 3))
  RETURNING c.site_id, c.day
)
INSERT INTO dirty_day (site_id, day, change)
SELECT DISTINCT site_id, day, 'hours' FROM changed

-- name: mark_cases
-- Mark the cases that were open during a changed time and were answered or resolved after its beginning. The open hours
-- until then must be computed again (index given_case_site).
INSERT INTO dirty_case (source_id, case_id)
SELECT g.source_id, g.case_id
FROM changed_hours AS h
JOIN given_case AS g ON g.site_id = h.site_id AND g.opened_at < h.last_day + 1
WHERE g.resolved_at >= h.first_day
  OR g.answered_at >= h.first_day
  OR EXISTS (
    SELECT FROM case_reopening AS r
    WHERE r.source_id = g.source_id
      AND r.case_id = g.case_id
      AND r.resolved_at >= h.first_day)

-- name: differing
-- Find the open times that differ from the calendars, and the contacts whose open waits differ from the open times, by
-- site and day (UTC days for open times).
WITH fresh AS MATERIALIZED (TABLE open_span_fact)
SELECT DISTINCT 'open_span' AS name, d.site_id, d.starts_at::date AS day
FROM (
  (TABLE open_span EXCEPT TABLE fresh)
  UNION ALL
  (TABLE fresh EXCEPT TABLE open_span)
) AS d
UNION ALL
SELECT DISTINCT 'contact', c.site_id, c.day
FROM contact AS c
LEFT JOIN LATERAL open_time(c.site_id, c.offered_at, c.offered_at + make_interval(secs => coalesce(c.wait, 0)::float8)) AS o ON true
WHERE (c.in_hours, c.wait_open) IS DISTINCT FROM (o.is_open, CASE WHEN c.wait IS NOT NULL THEN o.seconds END::numeric(11, 3))
ORDER BY 1, 2, 3
