-- Who serves which queue: an agent, or all agents of a team, on the days from valid_from until the day before valid_to. level: the skill, 1 the
-- lowest. concurrency: how many contacts of the queue the agent can hold at once.
CREATE TABLE queue_assignment (
  agent_id     integer NOT NULL DEFAULT 0,
  team_id      smallint NOT NULL DEFAULT 0,
  queue_id     smallint NOT NULL REFERENCES queue,
  valid_from   date NOT NULL DEFAULT '-infinity',
  valid_to     date NOT NULL DEFAULT 'infinity',
  level        smallint,
  concurrency  smallint NOT NULL DEFAULT 1 CHECK (concurrency > 0),
  CHECK (valid_from < valid_to),
  CHECK ((agent_id = 0) <> (team_id = 0)),
  PRIMARY KEY (agent_id, team_id, queue_id, valid_from)
);
