-- Cases as a source gives them: what it says of each (the inferred contact_case stays apart), the steps of their lives worked out from that,
-- and how far they reach.

-- A case and its first run: from opening to resolution and closing. 0 in an attribute means "not given"; then its first contact tells it.
CREATE TABLE given_case (
  source_id    smallint NOT NULL,
  case_id      text NOT NULL,
  customer_id  bigint NOT NULL DEFAULT 0,
  site_id      smallint NOT NULL,
  segment_id   smallint NOT NULL DEFAULT 0,
  channel_id   smallint NOT NULL DEFAULT 0,
  moment_id    smallint NOT NULL DEFAULT 0,
  reason_id    integer NOT NULL DEFAULT 0,
  team_id      smallint NOT NULL DEFAULT 0,
  agent_id     integer NOT NULL DEFAULT 0,
  opened_at    timestamptz NOT NULL,
  answered_at  timestamptz CHECK (answered_at >= opened_at),
  resolved_at  timestamptz CHECK (resolved_at >= opened_at),
  closed_at    timestamptz CHECK (closed_at >= opened_at),
  PRIMARY KEY (source_id, case_id),
  CHECK (resolved_at >= answered_at),
  CHECK (closed_at >= resolved_at)
);
CREATE INDEX given_case_site ON given_case (site_id);

-- A later run of a case: reopened, perhaps resolved and closed once more. Every instant of a case stands in one row only, so that the case and
-- its reopenings cannot tell two tales; number counts from 1.
CREATE TABLE case_reopening (
  source_id    smallint NOT NULL,
  case_id      text NOT NULL,
  number       smallint NOT NULL CHECK (number > 0),
  reopened_at  timestamptz NOT NULL,
  resolved_at  timestamptz CHECK (resolved_at >= reopened_at),
  closed_at    timestamptz CHECK (closed_at >= reopened_at),
  PRIMARY KEY (source_id, case_id, number),
  CHECK (closed_at >= resolved_at)
);

-- Cases whose steps must be worked out anew; appended by the loads, taken by the refresh.
CREATE TABLE dirty_case (
  source_id  smallint NOT NULL,
  case_id    text NOT NULL
);

-- The steps of a case's life: 1 opened, 2 resolved, 3 reopened, 4 closed. Derived by the refresh from the case, its reopenings and its contacts;
-- day and quarter are the step's own in the site's wall-clock time, the attributes are the case's.
-- flow: what the step does to the stock of open cases; ended_at: when the run that the step begins came to its end (none: still open).
-- settled: of an opening, the case stands resolved; of a resolution, it was not undone by a reopening. first: the case's first resolution;
-- reopened: the case was reopened after it. seconds, contacts and attempts stand on the resolution that settled the case.
CREATE TABLE case_step (
  source_id    smallint NOT NULL,
  case_id      text NOT NULL,
  run          smallint NOT NULL,
  step         smallint NOT NULL CHECK (step BETWEEN 1 AND 4),
  happened_at  timestamptz NOT NULL,
  day          date NOT NULL,
  quarter      smallint NOT NULL,
  customer_id  bigint NOT NULL,
  site_id      smallint NOT NULL,
  segment_id   smallint NOT NULL,
  channel_id   smallint NOT NULL,
  moment_id    smallint NOT NULL,
  reason_id    integer NOT NULL,
  team_id      smallint NOT NULL,
  agent_id     integer NOT NULL,
  opened_at    timestamptz NOT NULL,
  ended_at     timestamptz,
  flow         smallint NOT NULL,
  settled      boolean NOT NULL,
  first        boolean NOT NULL,
  reopened     boolean NOT NULL,
  seconds      numeric(17, 6),
  contacts     integer,
  attempts     integer,
  PRIMARY KEY (source_id, case_id, run, step)
);
-- Refresh of a site's day; any question that reads the facts.
CREATE INDEX case_step_site_day ON case_step (site_id, day);
CREATE INDEX case_step_day ON case_step (day);
-- What matures as the horizon moves.
CREATE INDEX case_step_happened ON case_step (happened_at);
-- The runs that are open at an instant, without those that came to their end before.
CREATE INDEX case_step_open ON case_step USING gist (tstzrange(happened_at, ended_at)) WHERE flow = 1;

-- The contacts that carry a case's number.
CREATE INDEX contact_case_number ON contact (source_id, case_id) WHERE case_id IS NOT NULL;

-- How far the cases reach: their last step ever told. Apart from the contacts' own horizon, which judges the cases inferred from them.
ALTER TABLE data_state ADD COLUMN case_horizon timestamptz NOT NULL DEFAULT '-infinity';

-- Cases with their attributes completed from the first contact that carries their number, and what those contacts come to: contacts that got
-- through, attempts (lost ones included), channels used (index contact_case_number). Inbound ones only; a callback belongs to its request.
CREATE VIEW given_case_fact AS
SELECT
  g.source_id,
  g.case_id,
  COALESCE(NULLIF(g.customer_id, 0), f.customer_id, 0) AS customer_id,
  g.site_id,
  COALESCE(NULLIF(g.segment_id, 0), f.segment_id, 0)::smallint AS segment_id,
  COALESCE(NULLIF(g.channel_id, 0), f.channel_id, 0)::smallint AS channel_id,
  CASE WHEN g.moment_id = 0 AND g.reason_id = 0 THEN COALESCE(f.moment_id, 0) ELSE g.moment_id END::smallint AS moment_id,
  CASE WHEN g.moment_id = 0 AND g.reason_id = 0 THEN COALESCE(f.reason_id, 0) ELSE g.reason_id END AS reason_id,
  CASE WHEN g.team_id = 0 AND g.agent_id = 0 THEN COALESCE(f.team_id, 0) ELSE g.team_id END::smallint AS team_id,
  CASE WHEN g.team_id = 0 AND g.agent_id = 0 THEN COALESCE(f.agent_id, 0) ELSE g.agent_id END AS agent_id,
  g.opened_at,
  g.answered_at,
  g.resolved_at,
  g.closed_at,
  k.contacts,
  k.attempts,
  k.channels,
  k.first_contact_at
FROM given_case g
CROSS JOIN LATERAL (
  SELECT
    (count(*) FILTER (WHERE c.outcome_id IN (1, 2)))::int AS contacts,
    (count(*) FILTER (WHERE c.outcome_id < 6))::int AS attempts,
    (count(DISTINCT c.channel_id))::int AS channels,
    min(c.offered_at) AS first_contact_at
  FROM contact c
  WHERE c.source_id = g.source_id
    AND c.case_id = g.case_id
    AND NOT c.outbound
    AND c.parent_id IS NULL
    AND c.outcome_id < 9
    AND c.outcome_id <> 6
) k
LEFT JOIN LATERAL (
  SELECT c.customer_id, c.segment_id, c.channel_id, c.moment_id, c.reason_id, l.team_id, l.agent_id
  FROM contact c
  LEFT JOIN leg l
    ON l.source_id = c.source_id
    AND l.contact_id = c.contact_id
    AND l.customer_id = c.customer_id
    AND l.day = c.day
    AND l.first_of_contact
  WHERE c.source_id = g.source_id
    AND c.case_id = g.case_id
    AND NOT c.outbound
    AND c.parent_id IS NULL
    AND c.outcome_id < 9
    AND c.outcome_id <> 6
  ORDER BY c.offered_at, c.contact_id
  LIMIT 1
) f ON true;

-- Steps, mature once seven days have passed since on the data's own horizon: the last contact offered or the last step of a case.
CREATE VIEW case_step_fact AS
SELECT
  s.*,
  s.happened_at <= (SELECT greatest(d.horizon, d.case_horizon) FROM data_state d) - interval '7 days' AS mature
FROM case_step s;
