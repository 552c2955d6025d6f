-- What is happening at an instant: who waits, and what each agent is doing, as far as anything is known.

-- A state that lasts still: its row is replaced (same key) by the one that says when it ended. It holds for a day at most, as any state does.
ALTER TABLE agent_state ALTER COLUMN ended_at DROP NOT NULL;
-- The states of a day, of all agents.
CREATE INDEX agent_state_started ON agent_state (started_at);

-- The last instant that anything is known of: of the states of a site, their beginnings too; of contacts, answers and ends too.
ALTER TABLE agent_time_horizon ADD COLUMN seen timestamptz NOT NULL DEFAULT '-infinity';
UPDATE agent_time_horizon SET seen = horizon;
ALTER TABLE data_state ADD COLUMN seen timestamptz NOT NULL DEFAULT '-infinity';

CREATE VIEW live_state AS
SELECT greatest(d.horizon, d.case_horizon, d.seen, (SELECT max(h.seen) FROM agent_time_horizon h)) AS seen
FROM data_state d;

-- Inbound contacts that wait for a person, and until when: answered, given up, or told to call later; those in progress, and not answered yet,
-- wait still, for thirty days at most (longer waits are refused). One of which no wait is known never waited.
CREATE VIEW waiting_fact AS
SELECT
  c.source_id, c.contact_id, c.site_id, c.day, c.quarter, c.offered_at, c.segment_id, c.channel_id, c.moment_id, c.reason_id, c.outbound,
  c.outcome_id, c.wait,
  LEAST(
    c.offered_at + interval '720 hours',
    CASE
      WHEN c.outcome_id = 7 THEN LEAST(c.answered_at, c.ended_at)
      ELSE coalesce(c.offered_at + make_interval(secs => c.wait::float8), LEAST(c.answered_at, c.ended_at), c.offered_at)
    END
  ) AS until
FROM contact c
WHERE c.parent_id IS NULL
  AND c.outcome_id < 9
  AND c.outcome_id NOT IN (2, 6)
  AND NOT c.outbound;

-- Waits of more than a day, so that whoever asks who waits reads the contacts of one day and these.
CREATE INDEX contact_waiting ON contact (offered_at) WHERE outcome_id = 7 OR wait > 86400;
