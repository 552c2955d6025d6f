-- Note all time of all agents of whom anything is known, including stored rows without a state or a plan.
INSERT INTO touched_time (agent_id, starts, ends)
SELECT agent_id, started_at, ended_at FROM agent_state
UNION ALL
SELECT agent_id, starts_at, ends_at FROM agent_schedule
UNION ALL
SELECT agent_id, bucket, bucket + interval '15 minutes' FROM agent_time
UNION ALL
SELECT agent_id, started_at, ended_at FROM worked_shift
UNION ALL
SELECT agent_id, starts_at, ends_at FROM planned_shift
