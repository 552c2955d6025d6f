-- Agents' time: the states they were in and the activities planned for them, as intervals; what is worked out of both, by quarter-hour and by
-- shift; and when agents joined and left.

ALTER TABLE agent ADD COLUMN joined_on date;
ALTER TABLE agent ADD COLUMN left_on date;

-- What an agent did from one instant to another. day and quarter are the start in the site's own wall-clock time. No state but offline lasts
-- longer than a day, so that whoever looks for those that reach into a span need not look further back (the primary key).
CREATE TABLE agent_state (
  source_id   smallint NOT NULL,
  agent_id    integer NOT NULL,
  state       text NOT NULL CHECK (state IN ('available', 'on_contact', 'acw', 'break', 'training', 'meeting', 'unavailable', 'offline')),
  started_at  timestamptz NOT NULL,
  ended_at    timestamptz NOT NULL,
  site_id     smallint NOT NULL,
  team_id     smallint NOT NULL DEFAULT 0,
  day         date NOT NULL,
  quarter     smallint NOT NULL,
  PRIMARY KEY (agent_id, started_at, state, source_id),
  CHECK (ended_at >= started_at),
  CHECK (state = 'offline' OR ended_at <= started_at + interval '24 hours')
);

-- What was planned for an agent, in the same way.
CREATE TABLE agent_schedule (
  source_id   smallint NOT NULL,
  agent_id    integer NOT NULL,
  activity    text NOT NULL CHECK (activity IN ('work', 'break', 'training', 'meeting', 'absence')),
  starts_at   timestamptz NOT NULL,
  ends_at     timestamptz NOT NULL,
  site_id     smallint NOT NULL,
  team_id     smallint NOT NULL DEFAULT 0,
  day         date NOT NULL,
  quarter     smallint NOT NULL,
  PRIMARY KEY (agent_id, starts_at, source_id),
  CHECK (ends_at BETWEEN starts_at AND starts_at + interval '24 hours')
);
-- Plans that the states of a site have caught up with.
CREATE INDEX agent_schedule_site ON agent_schedule (site_id, starts_at);

-- How far the states of a site reach: what was planned for later is not yet kept or missed.
CREATE TABLE agent_time_horizon (
  site_id  smallint PRIMARY KEY,
  horizon  timestamptz NOT NULL
);

-- Seconds of an agent's time in a quarter-hour, each instant counted once: worked out by the loads of states and schedules. oc on contact or in
-- work after it; idle available and not on contact; login all but offline; planned work, and adherent the part of it that was oc or idle;
-- rostered everything planned, absence too, and unavailable the part of it that was neither oc nor idle.
CREATE TABLE agent_time (
  agent_id     integer NOT NULL,
  bucket       timestamptz NOT NULL,
  site_id      smallint NOT NULL,
  team_id      smallint NOT NULL,
  day          date NOT NULL,
  quarter      smallint NOT NULL,
  oc           numeric(9, 6),
  idle         numeric(9, 6),
  login        numeric(9, 6),
  planned      numeric(9, 6),
  adherent     numeric(9, 6),
  rostered     numeric(9, 6),
  unavailable  numeric(9, 6),
  PRIMARY KEY (agent_id, bucket, site_id, team_id)
);
-- Refresh of a site's day.
CREATE INDEX agent_time_site_day ON agent_time (site_id, day);

-- A worked shift: quarter-hours with login time, less than four hours apart. It belongs where and when it began.
CREATE TABLE worked_shift (
  agent_id    integer NOT NULL,
  started_at  timestamptz NOT NULL,
  ended_at    timestamptz NOT NULL,
  site_id     smallint NOT NULL,
  team_id     smallint NOT NULL,
  day         date NOT NULL,
  quarter     smallint NOT NULL,
  login       numeric(12, 6) NOT NULL,
  oc          numeric(12, 6) NOT NULL,
  idle        numeric(12, 6) NOT NULL,
  PRIMARY KEY (agent_id, started_at)
);
CREATE INDEX worked_shift_day ON worked_shift (day);

-- A planned shift that is over: from the first planned work to the last, activities less than four hours apart. late and early are the seconds
-- to the first login and from the last one, unknown where the agent did not log in at all.
CREATE TABLE planned_shift (
  agent_id   integer NOT NULL,
  starts_at  timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  site_id    smallint NOT NULL,
  team_id    smallint NOT NULL,
  day        date NOT NULL,
  quarter    smallint NOT NULL,
  late       numeric(12, 6),
  early      numeric(12, 6),
  PRIMARY KEY (agent_id, starts_at)
);
CREATE INDEX planned_shift_site_day ON planned_shift (site_id, day);

-- The same as the questions read them.
CREATE VIEW agent_time_fact AS
SELECT t.* FROM agent_time t;

CREATE VIEW shift_fact AS
SELECT p.* FROM planned_shift p;

-- Legs at the instant that their agent took them, in the wall-clock time of the agent's site; offered_day is the day that the loads of
-- contacts and legs mark. A leg without a start of its own began when its contact was answered, which the leg that a contact's row makes (number
-- 0) says itself; the others ask their contact one by one, which no plan can turn into a reading of all contacts.
CREATE VIEW taken_fact AS
SELECT
  t.day AS offered_day,
  (t.taken_at AT TIME ZONE s.zone)::date AS day,
  t.taken_at,
  (EXTRACT(hour FROM t.taken_at AT TIME ZONE s.zone) * 4 + floor(EXTRACT(minute FROM t.taken_at AT TIME ZONE s.zone) / 15))::smallint AS quarter,
  t.site_id, t.team_id, t.agent_id, t.channel_id, t.moment_id, t.outbound,
  t.talk + coalesce(t.hold, 0) + coalesce(t.acw, 0) AS handle
FROM (
  SELECT
    l.*,
    coalesce(
      l.started_at,
      CASE
        WHEN l.leg_number > 0
        THEN (
          SELECT c.answered_at
          FROM contact c
          WHERE c.source_id = l.source_id
            AND c.contact_id = l.contact_id
            AND c.customer_id = l.customer_id
            AND c.day = l.day
        )
      END,
      l.offered_at
    ) AS taken_at
  FROM leg_fact l
  WHERE l.agent_id <> 0
) t
JOIN site s ON s.site_id = t.site_id;
