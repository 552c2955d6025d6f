-- Widen the touched spans to whole quarter-hours, and merge spans that meet.
INSERT INTO time_span (agent_id, starts, ends)
SELECT j.agent_id, lower(j.span), upper(j.span)
FROM (
  SELECT
    t.agent_id,
    unnest(range_agg(tstzrange(
      date_bin('15 minutes', t.starts, timestamptz '2000-01-01 00:00:00+00'),
      date_bin('15 minutes', t.ends + interval '15 minutes' - interval '1 microsecond', timestamptz '2000-01-01 00:00:00+00')
    ))) AS span
  FROM touched_time AS t
  WHERE t.starts < t.ends
  GROUP BY t.agent_id
) AS j
