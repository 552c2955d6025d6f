-- Read each staged state, with the reason to refuse it. $1 zone of times without an offset (or null), $2 now, $3 the
-- source of rows that name none. A row without a team gets the agent's team, and a row without a site the team's site.
INSERT INTO ready_agent_state (
  staged, line, refused, ambiguous, unknown, source_id, agent_id, state, started_at, ended_at, site_id, team_id, day, quarter
)
SELECT
  v.staged, v.line,
  CASE
    WHEN v.agent IS NULL THEN 'missing:agent'
    WHEN v.state IS NULL THEN 'missing:state'
    WHEN v.started_text IS NULL THEN 'missing:started_at'
    WHEN v.longest > 200 THEN 'code_too_long'
    WHEN v.state NOT IN ('available', 'on_contact', 'acw', 'break', 'training', 'meeting', 'unavailable', 'offline') THEN 'unknown_state'
    WHEN v.started_form = 'u' THEN 'unreadable_time:started_at'
    WHEN v.ended_form = 'u' THEN 'unreadable_time:ended_at'
    WHEN $1::text IS NULL AND v.started_form = 'l' THEN 'time_without_offset:started_at'
    WHEN $1::text IS NULL AND v.ended_form = 'l' THEN 'time_without_offset:ended_at'
    WHEN v.started_form = 'l' AND v.started_at AT TIME ZONE $1::text <> v.started_text::timestamp THEN 'time_in_gap:started_at'
    WHEN v.ended_form = 'l' AND v.ended_at AT TIME ZONE $1::text <> v.ended_text::timestamp THEN 'time_in_gap:ended_at'
    WHEN v.ended_at < v.started_at THEN 'state_ends_before'
    WHEN v.state <> 'offline' AND v.ended_at > v.started_at + interval '24 hours' THEN 'state_too_long'
    WHEN coalesce(v.ended_at, v.started_at) > $2::timestamptz + interval '5 minutes' THEN 'state_in_future'
    WHEN v.started_at < timestamptz '1970-01-02 00:00+00' THEN 'time_too_early:started_at'
    WHEN v.site IS NOT NULL AND v.row_site_id IS NULL AND $1::text IS NULL THEN 'unknown_site'
    WHEN v.site IS NULL AND v.site_id IS NULL THEN 'time_nowhere'
    WHEN (SELECT EXISTS (SELECT FROM interval_count)) AND v.state <> 'offline'
      AND pg_temp.agent_interval_in(v.site_id, v.started_at, coalesce(v.ended_at, v.started_at + interval '1 minute')) IS NOT NULL
      THEN 'state_in_interval' || ':' || pg_temp.both_sources(
        v.source, pg_temp.agent_interval_in(v.site_id, v.started_at, coalesce(v.ended_at, v.started_at + interval '1 minute')))
  END,
  coalesce(
    (v.started_form = 'l' AND v.started_at <> v.started_text::timestamp AT TIME ZONE $1::text)
    OR (v.ended_form = 'l' AND v.ended_at <> v.ended_text::timestamp AT TIME ZONE $1::text),
    false),
  array_remove(
    ARRAY[
      CASE WHEN v.agent_id IS NULL THEN pg_temp.unknown_member('agent', v.agent) END,
      CASE WHEN v.row_team_id IS NULL THEN pg_temp.unknown_member('team', v.team) END,
      CASE WHEN v.row_site_id IS NULL THEN pg_temp.unknown_member('site', v.site) END
    ],
    NULL),
  v.source_id, v.agent_id, v.state, v.started_at, v.ended_at, v.site_id, v.team_id, l.wall::date,
  (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint
FROM (
  SELECT
    f.staged, f.line, f.agent, f.state, f.team, f.site, f.longest, f.started_at AS started_text, f.ended_at AS ended_text, f.started_form, f.ended_form,
    CASE f.started_form
      WHEN 'o' THEN f.started_at::timestamptz
      WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.started_at::timestamp, $1::text) END
    END AS started_at,
    CASE f.ended_form
      WHEN 'o' THEN f.ended_at::timestamptz
      WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.ended_at::timestamp, $1::text) END
    END AS ended_at,
    coalesce(f.source, $3::text) AS source, source.source_id, agent.agent_id, team.team_id AS row_team_id, site.site_id AS row_site_id,
    coalesce(team.team_id, agent.team_id, 0) AS team_id,
    coalesce(site.site_id, nullif(team.site_id, 0), CASE WHEN f.team IS NULL THEN nullif(own.site_id, 0) END) AS site_id
  FROM (
    SELECT
      s.*, s.ctid AS staged,
      CASE
        WHEN s.started_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
        WHEN s.started_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
        WHEN s.started_at IS NOT NULL THEN 'u'
      END AS started_form,
      CASE
        WHEN s.ended_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
        WHEN s.ended_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
        WHEN s.ended_at IS NOT NULL THEN 'u'
      END AS ended_form,
      greatest(octet_length(s.source), octet_length(s.agent), octet_length(s.team), octet_length(s.site), octet_length($3::text)) AS longest
    FROM stage_agent_state AS s
    OFFSET 0
  ) AS f
  LEFT JOIN source ON source.code = coalesce(f.source, $3::text)
  LEFT JOIN agent ON agent.code = f.agent
  LEFT JOIN team ON team.code = f.team
  LEFT JOIN team AS own ON own.team_id = agent.team_id
  LEFT JOIN site ON site.code = f.site
  OFFSET 0
) AS v
LEFT JOIN site AS i ON i.site_id = v.site_id
CROSS JOIN LATERAL (SELECT v.started_at AT TIME ZONE i.zone AS wall OFFSET 0) AS l
