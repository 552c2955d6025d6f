-- Agent states without an end count as time. Such a state lasts until the agent's next state, the horizon of its source, or a cap, whichever
-- comes first.

-- The cap: the setting CADRAN_OPEN_STATE_HOURS_MAX, as `cadran migrate` has stored it.
ALTER TABLE data_state ADD COLUMN open_state_max interval NOT NULL DEFAULT '24 hours'
  CHECK (open_state_max BETWEEN interval '1 hour' AND interval '24 hours');

-- The horizon of the states of each source: the last instant that they name, as a start or an end. It never moves back.
CREATE TABLE agent_state_horizon (
  source_id  smallint PRIMARY KEY,
  horizon    timestamptz NOT NULL
);
INSERT INTO agent_state_horizon (source_id, horizon)
SELECT s.source_id, max(coalesce(s.ended_at, s.started_at))
FROM agent_state AS s
GROUP BY s.source_id;

-- An agent's latest state without an end before an instant.
CREATE INDEX agent_state_open ON agent_state (agent_id, started_at) WHERE ended_at IS NULL;

-- States with the end that counts, which is at most a day after the start, except for offline. held_until is the end as far as states say: the
-- given end, the agent's next state, or the cap. until also stops at the horizon of the source, because nothing later is known. A withdrawn
-- row (it ends when it starts) is no next state.
CREATE VIEW agent_state_span AS
SELECT
  h.*,
  CASE
    WHEN h.ended_at IS NULL
    THEN least(h.held_until, (SELECT z.horizon FROM agent_state_horizon AS z WHERE z.source_id = h.source_id))
    ELSE h.ended_at
  END AS until
FROM (
  SELECT
    s.source_id, s.agent_id, s.state, s.started_at, s.ended_at, s.site_id, s.team_id, s.day,
    CASE
      WHEN s.ended_at IS NULL
      THEN least(
        s.started_at + (SELECT d.open_state_max FROM data_state AS d),
        (
          SELECT min(n.started_at)
          FROM agent_state AS n
          WHERE n.agent_id = s.agent_id
            AND n.started_at > s.started_at
            AND n.ended_at IS DISTINCT FROM n.started_at
        )
      )
      ELSE s.ended_at
    END AS held_until
  FROM agent_state AS s
) AS h;

-- Time of agents that the refresh must compute again, because more than a load has changed it.
CREATE TABLE dirty_time (
  agent_id  integer NOT NULL,
  starts    timestamptz NOT NULL,
  ends      timestamptz NOT NULL
);
INSERT INTO dirty_time (agent_id, starts, ends)
SELECT j.agent_id, lower(j.span), upper(j.span)
FROM (
  SELECT s.agent_id, unnest(range_agg(tstzrange(s.started_at, s.until))) AS span
  FROM agent_state_span AS s
  WHERE s.ended_at IS NULL
    AND s.state <> 'offline'
  GROUP BY s.agent_id
) AS j;

-- Plans count as far as anything is known of the states of their site, the start of a state included.
INSERT INTO dirty_time (agent_id, starts, ends)
SELECT DISTINCT p.agent_id, greatest(p.starts_at, h.horizon), least(p.ends_at, h.seen)
FROM agent_time_horizon AS h
JOIN agent_schedule AS w ON w.site_id = h.site_id AND w.starts_at < h.seen AND w.starts_at > h.horizon - interval '48 hours'
JOIN agent_schedule AS p ON p.agent_id = w.agent_id AND p.starts_at < h.seen AND p.ends_at > h.horizon
WHERE h.seen > h.horizon;
UPDATE agent_time_horizon SET horizon = seen WHERE horizon < seen;
CREATE OR REPLACE VIEW live_state AS
SELECT greatest(d.horizon, d.case_horizon, d.seen, (SELECT max(h.horizon) FROM agent_time_horizon AS h)) AS seen
FROM data_state AS d;
ALTER TABLE agent_time_horizon DROP COLUMN seen;
