-- Read each staged leg, with the reason to refuse it. $1 zone of times without an offset (or null), $2 now (unused: a
-- leg may begin later), $3 the source of rows that name none. The layers are those of contact/read.sql. The contact is
-- found by its contact_place, and gives its dimensions. An agent retains the team and site of the stored leg, unless
-- the row says otherwise. A leg has the flags of the stored leg until leg.sql:complete sets them.
INSERT INTO ready_leg (
  staged, line, refused, ambiguous, unknown, source_id, contact_id, leg_number, customer_id, day, quarter, offered_at, started_at,
  site_id, offered_site_id, team_id, agent_id, segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, talk, hold, acw,
  first_of_contact, first_of_team, first_of_agent, transferred, escalated, callback, shared, first_timed, queue_id,
  transferred_to_id, attribute_1, attribute_2, attribute_3, attribute_4, attribute_5, attribute_6, attribute_7, attribute_8
)
SELECT
  w.staged, w.line, w.refused, w.ambiguous,
  array_remove(
    ARRAY[
      CASE WHEN w.row_site_id IS NULL THEN pg_temp.unknown_member('site', w.site) END,
      CASE WHEN w.row_team_id IS NULL THEN pg_temp.unknown_member('team', w.team, w.site) END,
      CASE WHEN w.agent_id IS NULL THEN pg_temp.unknown_member('agent', w.agent, w.team) END
    ],
    NULL),
  w.source_id, w.contact, CASE WHEN w.refused IS NULL THEN w.number END, w.customer_id, w.day, w.quarter, w.offered_at, w.started_at,
  coalesce(w.row_site_id, CASE WHEN w.stays THEN w.stored_site_id ELSE nullif(t.site_id, 0) END, w.contact_site_id),
  w.contact_site_id, w.team_id, coalesce(w.agent_id, 0), w.segment_id, w.channel_id, w.moment_id, w.reason_id, w.outbound, w.outcome_id,
  CASE WHEN w.refused IS NULL THEN w.talk END,
  CASE WHEN w.refused IS NULL THEN coalesce(w.hold, CASE WHEN w.talk IS NOT NULL THEN 0 END) END,
  CASE WHEN w.refused IS NULL THEN coalesce(w.acw, CASE WHEN w.talk IS NOT NULL THEN 0 END) END,
  w.first_of_contact, w.first_of_team, w.first_of_agent, w.transferred, w.escalated, w.callback, w.shared, w.first_timed, w.queue_id,
  w.transferred_to_id, w.attribute_1, w.attribute_2, w.attribute_3, w.attribute_4, w.attribute_5, w.attribute_6, w.attribute_7, w.attribute_8
FROM (
  SELECT
    v.*,
    CASE
      WHEN v.contact IS NULL THEN 'missing:contact'
      WHEN v.leg IS NULL THEN 'missing:leg'
      WHEN v.number IS NULL OR v.number NOT BETWEEN 1 AND 30000 THEN 'leg_number'
      WHEN v.longest > 200 THEN 'code_too_long'
      WHEN v.day IS NULL THEN 'unknown_contact'
      WHEN v.form = 'u' THEN 'unreadable_time:started_at'
      WHEN $1::text IS NULL AND v.form = 'l' THEN 'time_without_offset:started_at'
      WHEN v.form = 'l' AND v.started_at AT TIME ZONE $1::text <> v.started_text::timestamp THEN 'time_in_gap:started_at'
      WHEN v.started_at < v.offered_at THEN 'started_before_offered'
      WHEN least(v.talk, v.hold, v.acw) < 0 THEN 'negative_duration'
      WHEN greatest(v.talk, v.hold, v.acw) > 2592000 THEN 'duration_too_long'
      WHEN v.site IS NOT NULL AND v.row_site_id IS NULL AND $1::text IS NULL THEN 'unknown_site'
    END AS refused,
    coalesce(v.form = 'l' AND v.started_at <> v.started_text::timestamp AT TIME ZONE $1::text, false) AS ambiguous
  FROM (
    SELECT
      f.staged, f.line, f.contact, f.leg, f.number, f.longest, f.agent, f.team, f.site, f.form, f.started_at AS started_text,
      CASE f.form
        WHEN 'o' THEN f.started_at::timestamptz
        WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.started_at::timestamp, $1::text) END
      END AS started_at,
      f.talk::numeric AS talk, f.hold::numeric AS hold, f.acw::numeric AS acw,
      c.source_id, c.customer_id, c.day, c.quarter, c.offered_at, c.site_id AS contact_site_id, c.segment_id, c.channel_id, c.moment_id,
      c.reason_id, c.outbound, c.outcome_id, c.transferred_to IS NOT NULL AS transferred, c.escalated, c.parent_id IS NOT NULL AS callback,
      c.queue_id,
      c.transferred_to_id, c.attribute_1, c.attribute_2, c.attribute_3, c.attribute_4, c.attribute_5, c.attribute_6, c.attribute_7, c.attribute_8,
      site.site_id AS row_site_id, team.team_id AS row_team_id, agent.agent_id,
      CASE WHEN l.agent_id = agent.agent_id AND f.team IS NULL THEN l.team_id ELSE coalesce(team.team_id, agent.team_id, 0) END AS team_id,
      coalesce(l.agent_id = agent.agent_id AND f.team IS NULL, false) AS stays, l.site_id AS stored_site_id,
      l.first_of_contact, l.first_of_team, l.first_of_agent, l.shared, l.first_timed
    FROM (
      SELECT
        s.*, s.ctid AS staged,
        CASE WHEN s.leg ~ '^[0-9]{1,5}$' THEN s.leg::integer END AS number,
        CASE
          WHEN s.started_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
          WHEN s.started_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
          WHEN s.started_at IS NOT NULL THEN 'u'
        END AS form,
        greatest(octet_length(s.agent), octet_length(s.team), octet_length(s.site)) AS longest
      FROM stage_leg AS s
      WHERE $2::timestamptz IS NOT NULL
      OFFSET 0
    ) AS f
    LEFT JOIN source ON source.code = coalesce(f.source, $3::text)
    LEFT JOIN contact_place AS p ON p.source_id = source.source_id AND p.contact_id = f.contact
    LEFT JOIN contact AS c
      ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
    LEFT JOIN leg AS l
      ON l.source_id = c.source_id AND l.contact_id = c.contact_id AND l.leg_number = f.number AND l.customer_id = c.customer_id
      AND l.day = c.day
    LEFT JOIN site ON site.code = f.site
    LEFT JOIN team ON team.code = f.team
    LEFT JOIN agent ON agent.code = f.agent
    OFFSET 0
  ) AS v
  OFFSET 0
) AS w
LEFT JOIN team AS t ON t.team_id = w.team_id
