-- What agents took counts while they were at work: legs are told over hours logged in, so that both must be of the same presence.

-- Legs of known agents at the instant that they took them. A leg without a start of its own began when its contact was answered, which the leg
-- that a contact's row makes (number 0) says itself; the others ask their contact one by one, which no plan can turn into a reading of all
-- contacts.
CREATE VIEW leg_taken AS
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
WHERE l.agent_id <> 0;

-- Legs that may have been taken long after the day they are kept by: whoever looks for what an agent took in a span looks among the legs of its
-- days and of the two before, and here.
CREATE INDEX leg_taken_late ON leg (agent_id, day)
WHERE started_at - offered_at > interval '48 hours' OR (started_at IS NULL AND leg_number > 0);

-- Those taken within a worked shift, in the wall-clock time of the agent's site; offered_day is the day that the loads of contacts and legs mark.
-- Shifts of an agent do not overlap, so that only the last one begun can hold the instant: one probe for each leg.
CREATE OR REPLACE VIEW taken_fact AS
SELECT
  t.day AS offered_day,
  (t.taken_at AT TIME ZONE s.zone)::date AS day,
  t.taken_at,
  (EXTRACT(hour FROM t.taken_at AT TIME ZONE s.zone) * 4 + floor(EXTRACT(minute FROM t.taken_at AT TIME ZONE s.zone) / 15))::smallint AS quarter,
  t.site_id, t.team_id, t.agent_id, t.channel_id, t.moment_id, t.outbound,
  t.talk + coalesce(t.hold, 0) + coalesce(t.acw, 0) AS handle
FROM leg_taken t
JOIN site s ON s.site_id = t.site_id
WHERE t.taken_at < (
  SELECT w.ended_at
  FROM worked_shift w
  WHERE w.agent_id = t.agent_id
    AND w.started_at <= t.taken_at
  ORDER BY w.started_at DESC
  LIMIT 1
);
