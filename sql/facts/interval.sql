-- Aggregated intervals: what differs from other staged facts.

-- name: reach
-- Return the last quarter-hour with counts, the last known instant, and whether a site has intervals of this batch only
-- before or after its other ones. Run once the rows are stored.
SELECT
  max(r.ends_at) FILTER (WHERE r.offered IS NOT NULL AND r.ends_at > r.starts_at) - interval '15 minutes' AS horizon,
  max(r.ends_at) FILTER (WHERE r.offered IS NOT NULL AND r.ends_at > r.starts_at) AS seen,
  coalesce(
    bool_or(NOT EXISTS (SELECT FROM interval_count AS i WHERE i.site_id = r.site_id AND i.day < r.day)
      OR NOT EXISTS (SELECT FROM interval_count AS i WHERE i.site_id = r.site_id AND i.day > r.day)),
    false) AS is_wider
FROM ready_interval_count AS r

-- name: differing
-- Find the intervals of which a part is counted twice, or that reach into another day of their site: contacts of the
-- same site, channel and queue in the same time, and other intervals.
SELECT i.site_id, i.starts_at, 'contacts' AS name
FROM interval_count AS i
WHERE i.ends_at > i.starts_at
  AND i.offered IS NOT NULL
  AND EXISTS (
    SELECT
    FROM contact AS c
    WHERE c.site_id = i.site_id
      AND c.day = i.day
      AND c.channel_id = i.channel_id
      AND (c.queue_id = i.queue_id OR c.queue_id = 0 OR i.queue_id = 0)
      AND c.offered_at >= i.starts_at
      AND c.offered_at < i.ends_at
      AND c.parent_id IS NULL
      AND NOT c.outbound
      AND c.outcome_id < 9
  )
UNION
SELECT i.site_id, i.starts_at, 'another interval'
FROM interval_count AS i
JOIN interval_count AS o
  ON o.site_id = i.site_id
  AND o.channel_id = i.channel_id
  AND (o.queue_id = i.queue_id OR o.queue_id = 0 OR i.queue_id = 0)
  AND o.starts_at BETWEEN i.starts_at AND i.ends_at
WHERE o.starts_at < i.ends_at
  AND o.ends_at > i.starts_at
  AND i.offered IS NOT NULL
  AND o.offered IS NOT NULL
  AND (o.source_id, o.queue_id, o.starts_at) <> (i.source_id, i.queue_id, i.starts_at)
UNION
SELECT i.site_id, i.starts_at, 'midnight'
FROM interval_count AS i
JOIN site AS s ON s.site_id = i.site_id
WHERE i.ends_at > i.starts_at
  AND ((i.ends_at - interval '1 microsecond') AT TIME ZONE s.zone)::date <> i.day
ORDER BY 1, 2, 3
