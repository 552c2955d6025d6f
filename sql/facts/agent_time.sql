-- Agents' time by quarter-hour and by shift: the steps of its computation. The larger steps are in agent_time/.

-- name: lock
-- Allow one load at a time to compute agents' time, until the end of its transaction.
SELECT pg_advisory_xact_lock(hashtext('cadran agent time'))

-- name: try_lock
-- Do the same for the refresh, which does not wait for a load, and lock the sites' zones against changes. Return whether
-- both locks are held.
SELECT
  pg_try_advisory_xact_lock_shared(hashtext('cadran sites')) AS sites,
  pg_try_advisory_xact_lock(hashtext('cadran agent time')) AS time

-- name: stage
-- Make the tables for recomputing agents' time: the horizons that move; the touched spans; the spans joined as far as they meet; the spans
-- widened to whole shifts, by worked and by planned time; the results; and the times at which agents start or stop
-- being within a shift, with the days of most of the legs that they took then.
CREATE TEMP TABLE IF NOT EXISTS moved_horizon (source_id smallint, was timestamptz);
CREATE TEMP TABLE IF NOT EXISTS touched_time (agent_id integer, starts timestamptz, ends timestamptz);
CREATE TEMP TABLE IF NOT EXISTS time_span (agent_id integer, starts timestamptz, ends timestamptz);
CREATE TEMP TABLE IF NOT EXISTS worked_span (agent_id integer, starts timestamptz, ends timestamptz);
CREATE TEMP TABLE IF NOT EXISTS planned_span (agent_id integer, starts timestamptz, ends timestamptz);
CREATE TEMP TABLE IF NOT EXISTS fresh_agent_time (LIKE agent_time);
CREATE TEMP TABLE IF NOT EXISTS fresh_worked_shift (LIKE worked_shift);
CREATE TEMP TABLE IF NOT EXISTS fresh_planned_shift (LIKE planned_shift);
CREATE TEMP TABLE IF NOT EXISTS changed_presence (agent_id integer, since timestamptz, until timestamptz, first_day date, last_day date);
TRUNCATE moved_horizon, touched_time, time_span, worked_span, planned_span, fresh_agent_time, fresh_worked_shift, fresh_planned_shift, changed_presence

-- name: touch_states
-- Note the spans that the states of the batch cover, and covered before, and what they cut off from the agents' states
-- without an end. Run before anything is stored. Of several states without an end, only the last one can reach another
-- state (index agent_state_open).
INSERT INTO touched_time (agent_id, starts, ends)
SELECT agent_id, started_at, ended_at FROM ready_agent_state
UNION
SELECT s.agent_id, s.started_at, s.until
FROM ready_agent_state AS r
JOIN agent_state_span AS s
  ON s.agent_id = r.agent_id
  AND s.started_at = r.started_at
  AND s.state = r.state
  AND s.source_id = r.source_id
UNION
SELECT s.agent_id, r.started_at, s.until
FROM ready_agent_state AS r
JOIN agent_state_span AS s
  ON s.agent_id = r.agent_id
  AND s.started_at = (
    SELECT max(o.started_at)
    FROM agent_state AS o
    WHERE o.agent_id = r.agent_id
      AND o.started_at < r.started_at
      AND o.ended_at IS NULL
  )
WHERE s.ended_at IS NULL
  AND s.until > r.started_at

-- name: touch_open
-- Note the spans that states without an end cover now: those of the batch, those that a withdrawn state no longer cuts
-- off, and those that last on because the horizon of their source has moved. Run once the batch is stored. A state that
-- lasts on is its agent's last one without an end before the horizon as it was (index agent_state_open).
INSERT INTO touched_time (agent_id, starts, ends)
SELECT s.agent_id, s.started_at, s.until
FROM ready_agent_state AS r
JOIN agent_state_span AS s
  ON s.agent_id = r.agent_id
  AND s.started_at = r.started_at
  AND s.state = r.state
  AND s.source_id = r.source_id
WHERE r.ended_at IS NULL
UNION
SELECT s.agent_id, r.started_at, s.until
FROM ready_agent_state AS r
JOIN agent_state_span AS s
  ON s.agent_id = r.agent_id
  AND s.started_at = (
    SELECT max(o.started_at)
    FROM agent_state AS o
    WHERE o.agent_id = r.agent_id
      AND o.started_at < r.started_at
      AND o.ended_at IS NULL
  )
WHERE r.ended_at = r.started_at
  AND s.ended_at IS NULL
  AND s.until > r.started_at
UNION
SELECT s.agent_id, m.was, s.until
FROM moved_horizon AS m
CROSS JOIN agent AS a
JOIN agent_state_span AS s
  ON s.agent_id = a.agent_id
  AND s.started_at = (
    SELECT max(o.started_at)
    FROM agent_state AS o
    WHERE o.agent_id = a.agent_id
      AND o.started_at <= m.was
      AND o.ended_at IS NULL
  )
WHERE s.source_id = m.source_id
  AND s.ended_at IS NULL
  AND s.until > m.was

-- name: touch_schedules
-- Note the spans that the activities of the batch cover, and covered before. Run before anything is stored.
INSERT INTO touched_time (agent_id, starts, ends)
SELECT agent_id, starts_at, ends_at FROM ready_agent_schedule
UNION
SELECT s.agent_id, s.starts_at, s.ends_at
FROM ready_agent_schedule AS r
JOIN agent_schedule AS s ON s.agent_id = r.agent_id AND s.starts_at = r.starts_at AND s.source_id = r.source_id

-- name: touch_all
-- Note all time of all agents of whom anything is known, including stored rows without a state or a plan.
INSERT INTO touched_time (agent_id, starts, ends)
SELECT agent_id, started_at, until FROM agent_state_span
UNION ALL
SELECT agent_id, starts_at, ends_at FROM agent_schedule
UNION ALL
SELECT agent_id, bucket, bucket + interval '15 minutes' FROM agent_time
UNION ALL
SELECT agent_id, started_at, ended_at FROM worked_shift
UNION ALL
SELECT agent_id, starts_at, ends_at FROM planned_shift

-- name: caught_up
-- Note the planned time that the states of a site reach only now: of the agents planned there, all activities in that
-- time (index agent_schedule_site; a shift may have begun at another site, less than two days before).
INSERT INTO touched_time (agent_id, starts, ends)
SELECT p.agent_id, greatest(p.starts_at, m.was), least(p.ends_at, m.horizon)
FROM (
  SELECT r.site_id, coalesce(h.horizon, timestamptz '-infinity') AS was, max(coalesce(r.ended_at, r.started_at)) AS horizon
  FROM ready_agent_state AS r
  LEFT JOIN agent_time_horizon AS h ON h.site_id = r.site_id
  GROUP BY 1, 2
) AS m
JOIN LATERAL (
  SELECT DISTINCT a.agent_id
  FROM agent_schedule AS a
  WHERE a.site_id = m.site_id
    AND a.starts_at < m.horizon
    AND a.starts_at > m.was - interval '48 hours'
) AS w ON true
JOIN agent_schedule AS p ON p.agent_id = w.agent_id AND p.starts_at < m.horizon AND p.ends_at > m.was
WHERE m.horizon > m.was

-- name: horizons
-- Store the last instant that the states of each site and of each source name. Neither ever moves back. Note from where
-- those of the sources move.
INSERT INTO agent_time_horizon AS h (site_id, horizon)
SELECT r.site_id, max(coalesce(r.ended_at, r.started_at))
FROM ready_agent_state AS r
GROUP BY r.site_id
ON CONFLICT (site_id) DO UPDATE SET horizon = excluded.horizon
WHERE h.horizon < excluded.horizon;
INSERT INTO moved_horizon (source_id, was)
SELECT h.source_id, h.horizon
FROM (
  SELECT source_id, max(coalesce(ended_at, started_at)) AS horizon
  FROM ready_agent_state
  GROUP BY source_id
) AS r
JOIN agent_state_horizon AS h ON h.source_id = r.source_id AND h.horizon < r.horizon;
INSERT INTO agent_state_horizon AS h (source_id, horizon)
SELECT r.source_id, max(coalesce(r.ended_at, r.started_at))
FROM ready_agent_state AS r
GROUP BY r.source_id
ON CONFLICT (source_id) DO UPDATE SET horizon = excluded.horizon
WHERE h.horizon < excluded.horizon

-- name: mark_lasting
-- Mark the days of the states without an end, of the states that get one now, and of those that another state cuts off.
-- No rollup counts states, but live answers about what agents are doing must be refreshed, also where agents' time
-- stays as it is. Run before anything is stored.
INSERT INTO dirty_day (site_id, day, change)
SELECT r.site_id, r.day, 'state'
FROM ready_agent_state AS r
WHERE r.ended_at IS NULL
UNION
SELECT s.site_id, s.day, 'state'
FROM ready_agent_state AS r
JOIN agent_state AS s
  ON s.agent_id = r.agent_id
  AND s.started_at = r.started_at
  AND s.state = r.state
  AND s.source_id = r.source_id
WHERE s.ended_at IS NULL
UNION
SELECT d.site_id, d.day, 'state'
FROM ready_agent_state AS r
JOIN agent_state AS o
  ON o.agent_id = r.agent_id
  AND o.started_at < r.started_at
  AND o.started_at > r.started_at - interval '24 hours'
  AND o.ended_at IS NULL
CROSS JOIN LATERAL (VALUES (r.site_id, r.day), (o.site_id, o.day), (o.site_id, r.day)) AS d (site_id, day)

-- name: claim
-- Take at most $1 spans of the time that the refresh must compute again.
WITH claimed AS (
  DELETE FROM dirty_time
  WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM dirty_time AS d LIMIT $1))
  RETURNING agent_id, starts, ends
)
INSERT INTO touched_time (agent_id, starts, ends)
SELECT agent_id, starts, ends FROM claimed

-- name: read_cap
-- Return the hours that a state without an end may last.
SELECT (EXTRACT(EPOCH FROM d.open_state_max) / 3600)::int AS hours
FROM data_state AS d

-- name: mark_capped
-- Have the refresh compute again what states without an end cover beyond $1 hours, and mark the days of these states,
-- because live answers count them, too.
WITH capped AS (
  SELECT s.agent_id, s.started_at + make_interval(hours => $1) AS starts, s.until, s.site_id, s.day
  FROM agent_state_span AS s
  WHERE s.ended_at IS NULL
    AND s.state <> 'offline'
    AND s.held_until > s.started_at + make_interval(hours => $1)
), marked AS (
  INSERT INTO dirty_day (site_id, day, change)
  SELECT DISTINCT site_id, day, 'state' FROM capped
)
INSERT INTO dirty_time (agent_id, starts, ends)
SELECT agent_id, starts, until
FROM capped
WHERE until > starts

-- name: store_cap
-- Store the hours that a state without an end may last.
UPDATE data_state SET open_state_max = make_interval(hours => $1)

-- name: spans
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

-- name: mark
-- Mark the days on which agents' time changed.
INSERT INTO dirty_day (site_id, day, change)
SELECT d.site_id, d.day, 'time'
FROM (
  (SELECT t.* FROM time_span AS p JOIN agent_time AS t ON t.agent_id = p.agent_id AND t.bucket >= p.starts AND t.bucket < p.ends
   EXCEPT SELECT f.* FROM fresh_agent_time AS f)
  UNION ALL
  (SELECT f.* FROM fresh_agent_time AS f
   EXCEPT SELECT t.* FROM time_span AS p JOIN agent_time AS t ON t.agent_id = p.agent_id AND t.bucket >= p.starts AND t.bucket < p.ends)
) AS d
GROUP BY d.site_id, d.day

-- name: replace
-- Replace the stored quarter-hours by the recomputed ones.
DELETE FROM agent_time AS t
USING time_span AS p
WHERE t.agent_id = p.agent_id
  AND t.bucket >= p.starts
  AND t.bucket < p.ends;
INSERT INTO agent_time SELECT * FROM fresh_agent_time

-- name: mark_shifts
-- Mark the days of the worked or planned shifts that changed. Worked shifts are read together with what the agent
-- handled in them.
INSERT INTO dirty_day (site_id, day, change)
SELECT d.site_id, d.day, 'shift'
FROM (
  (SELECT t.* FROM planned_span AS p JOIN planned_shift AS t ON t.agent_id = p.agent_id AND t.starts_at >= p.starts AND t.starts_at < p.ends
   EXCEPT SELECT f.* FROM fresh_planned_shift AS f)
  UNION ALL
  (SELECT f.* FROM fresh_planned_shift AS f
   EXCEPT SELECT t.* FROM planned_span AS p JOIN planned_shift AS t ON t.agent_id = p.agent_id AND t.starts_at >= p.starts AND t.starts_at < p.ends)
) AS d
UNION
SELECT d.site_id, d.day, 'shift'
FROM (
  (SELECT t.* FROM worked_span AS p JOIN worked_shift AS t ON t.agent_id = p.agent_id AND t.started_at >= p.starts AND t.started_at < p.ends
   EXCEPT SELECT f.* FROM fresh_worked_shift AS f)
  UNION ALL
  (SELECT f.* FROM fresh_worked_shift AS f
   EXCEPT SELECT t.* FROM worked_span AS p JOIN worked_shift AS t ON t.agent_id = p.agent_id AND t.started_at >= p.starts AND t.started_at < p.ends)
) AS d

-- name: presence
-- Find the times at which agents are within a worked shift now and were not before, or no longer are. A leg that was
-- taken in these times within two days of its offer has one of the returned days, whatever the zone of its site.
INSERT INTO changed_presence (agent_id, since, until, first_day, last_day)
SELECT
  c.agent_id, lower(c.stretch), upper(c.stretch),
  (lower(c.stretch) AT TIME ZONE 'UTC' - interval '48 hours')::date - 1, (upper(c.stretch) AT TIME ZONE 'UTC')::date + 1
FROM (
  SELECT b.agent_id, unnest(b.before + b.since - b.before * b.since) AS stretch
  FROM (
    SELECT
      p.agent_id,
      coalesce(range_agg(p.shift) FILTER (WHERE NOT p.fresh), '{}') AS before,
      coalesce(range_agg(p.shift) FILTER (WHERE p.fresh), '{}') AS since
    FROM (
      SELECT t.agent_id, tstzrange(t.started_at, t.ended_at) AS shift, false AS fresh
      FROM worked_span AS s
      JOIN worked_shift AS t ON t.agent_id = s.agent_id AND t.started_at >= s.starts AND t.started_at < s.ends
      UNION ALL
      SELECT f.agent_id, tstzrange(f.started_at, f.ended_at), true FROM fresh_worked_shift AS f
    ) AS p
    GROUP BY p.agent_id
  ) AS b
) AS c

-- name: share_presence
-- Lock the shifts in which legs are taken against changes until the end of the transaction, while any number of loads
-- stores legs (hold_legs is the counterpart). Loads take this lock after they add dimension members and before they
-- make partitions, so that two loads never deadlock.
SELECT pg_advisory_xact_lock_shared(hashtext('cadran presence'))

-- name: hold_legs
-- Allow legs to be stored only before or after this transaction. A load of legs and a concurrent load of states do not
-- see each other's rows, so neither would mark that the legs count (share_presence is the counterpart).
SELECT pg_advisory_xact_lock(hashtext('cadran presence'))

-- name: mark_legs
-- Mark the days of the legs that start or stop counting because their agents were at work when they took them, or were
-- not: legs of the days around (index leg_agent_day), and legs taken long after their day (index leg_taken_late).
INSERT INTO dirty_day (site_id, day, change)
SELECT l.site_id, l.day, 'taken'
FROM changed_presence AS p
JOIN leg_taken AS l ON l.agent_id = p.agent_id AND l.day BETWEEN p.first_day AND p.last_day
WHERE l.taken_at >= p.since AND l.taken_at < p.until
UNION
SELECT l.site_id, l.day, 'taken'
FROM changed_presence AS p
JOIN leg_taken AS l ON l.agent_id = p.agent_id AND l.day <= p.last_day
WHERE (l.started_at - l.offered_at > interval '48 hours' OR (l.started_at IS NULL AND l.leg_number > 0))
  AND l.taken_at >= p.since
  AND l.taken_at < p.until

-- name: replace_shifts
-- Replace the stored shifts by the recomputed ones.
DELETE FROM worked_shift AS t
USING worked_span AS p
WHERE t.agent_id = p.agent_id
  AND t.started_at >= p.starts
  AND t.started_at < p.ends;
INSERT INTO worked_shift SELECT * FROM fresh_worked_shift;
DELETE FROM planned_shift AS t
USING planned_span AS p
WHERE t.agent_id = p.agent_id
  AND t.starts_at >= p.starts
  AND t.starts_at < p.ends;
INSERT INTO planned_shift SELECT * FROM fresh_planned_shift

-- name: differing
-- Find the quarter-hours and shifts that differ from the recomputed ones. Leave out agents whose time waits for the
-- refresh.
SELECT w.name, w.agent_id, w.at
FROM (
  SELECT DISTINCT 'agent_time' AS name, d.agent_id, d.bucket AS at
  FROM (
    (TABLE agent_time EXCEPT TABLE fresh_agent_time)
    UNION ALL
    (TABLE fresh_agent_time EXCEPT TABLE agent_time)
  ) AS d
  UNION ALL
  SELECT DISTINCT 'worked_shift', d.agent_id, d.started_at
  FROM (
    (TABLE worked_shift EXCEPT TABLE fresh_worked_shift)
    UNION ALL
    (TABLE fresh_worked_shift EXCEPT TABLE worked_shift)
  ) AS d
  UNION ALL
  SELECT DISTINCT 'planned_shift', d.agent_id, d.starts_at
  FROM (
    (TABLE planned_shift EXCEPT TABLE fresh_planned_shift)
    UNION ALL
    (TABLE fresh_planned_shift EXCEPT TABLE planned_shift)
  ) AS d
) AS w
WHERE NOT EXISTS (SELECT FROM dirty_time AS m WHERE m.agent_id = w.agent_id)
ORDER BY 1, 2, 3
