-- Read each staged activity, with the reason to refuse it. $1 zone of times without an offset (or null), $2 now, $3 the
-- source of rows that name none. A row without a team gets the agent's team, and a row without a site the team's site.
INSERT INTO ready_agent_schedule (
  staged, line, refused, ambiguous, unknown, source_id, agent_id, activity, starts_at, ends_at, site_id, team_id, day, quarter
)
SELECT
  v.staged, v.line,
  CASE
    WHEN v.agent IS NULL THEN 'missing:agent'
    WHEN v.activity IS NULL THEN 'missing:activity'
    WHEN v.starts_text IS NULL THEN 'missing:starts_at'
    WHEN v.ends_text IS NULL THEN 'missing:ends_at'
    WHEN v.longest > 200 THEN 'code_too_long'
    WHEN v.activity NOT IN ('work', 'break', 'training', 'meeting', 'absence') THEN 'unknown_activity'
    WHEN v.starts_form = 'u' THEN 'unreadable_time:starts_at'
    WHEN v.ends_form = 'u' THEN 'unreadable_time:ends_at'
    WHEN $1::text IS NULL AND v.starts_form = 'l' THEN 'time_without_offset:starts_at'
    WHEN $1::text IS NULL AND v.ends_form = 'l' THEN 'time_without_offset:ends_at'
    WHEN v.starts_form = 'l' AND v.starts_at AT TIME ZONE $1::text <> v.starts_text::timestamp THEN 'time_in_gap:starts_at'
    WHEN v.ends_form = 'l' AND v.ends_at AT TIME ZONE $1::text <> v.ends_text::timestamp THEN 'time_in_gap:ends_at'
    WHEN v.ends_at < v.starts_at THEN 'activity_ends_before'
    WHEN v.ends_at > v.starts_at + interval '24 hours' THEN 'activity_too_long'
    WHEN v.ends_at > $2::timestamptz + interval '3 years' THEN 'activity_too_far'
    WHEN v.starts_at < timestamptz '1970-01-02 00:00+00' THEN 'time_too_early:starts_at'
    WHEN v.site IS NOT NULL AND v.row_site_id IS NULL AND $1::text IS NULL THEN 'unknown_site'
    WHEN v.site IS NULL AND v.site_id IS NULL THEN 'time_nowhere'
  END,
  coalesce(
    (v.starts_form = 'l' AND v.starts_at <> v.starts_text::timestamp AT TIME ZONE $1::text)
    OR (v.ends_form = 'l' AND v.ends_at <> v.ends_text::timestamp AT TIME ZONE $1::text),
    false),
  array_remove(
    ARRAY[
      CASE WHEN v.agent_id IS NULL THEN pg_temp.unknown_member('agent', v.agent) END,
      CASE WHEN v.row_team_id IS NULL THEN pg_temp.unknown_member('team', v.team) END,
      CASE WHEN v.row_site_id IS NULL THEN pg_temp.unknown_member('site', v.site) END
    ],
    NULL),
  v.source_id, v.agent_id, v.activity, v.starts_at, v.ends_at, v.site_id, v.team_id, l.wall::date,
  (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint
FROM (
  SELECT
    f.staged, f.line, f.agent, f.activity, f.team, f.site, f.longest, f.starts_at AS starts_text, f.ends_at AS ends_text, f.starts_form, f.ends_form,
    CASE f.starts_form
      WHEN 'o' THEN f.starts_at::timestamptz
      WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.starts_at::timestamp, $1::text) END
    END AS starts_at,
    CASE f.ends_form
      WHEN 'o' THEN f.ends_at::timestamptz
      WHEN 'l' THEN CASE WHEN $1::text IS NOT NULL THEN pg_temp.first_instant(f.ends_at::timestamp, $1::text) END
    END AS ends_at,
    source.source_id, agent.agent_id, team.team_id AS row_team_id, site.site_id AS row_site_id,
    coalesce(team.team_id, agent.team_id, 0) AS team_id,
    coalesce(site.site_id, nullif(team.site_id, 0), CASE WHEN f.team IS NULL THEN nullif(own.site_id, 0) END) AS site_id
  FROM (
    SELECT
      s.*, s.ctid AS staged,
      CASE
        WHEN s.starts_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
        WHEN s.starts_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
        WHEN s.starts_at IS NOT NULL THEN 'u'
      END AS starts_form,
      CASE
        WHEN s.ends_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)$' THEN 'o'
        WHEN s.ends_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN 'l'
        WHEN s.ends_at IS NOT NULL THEN 'u'
      END AS ends_form,
      greatest(octet_length(s.source), octet_length(s.agent), octet_length(s.team), octet_length(s.site), octet_length($3::text)) AS longest
    FROM stage_agent_schedule AS s
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
CROSS JOIN LATERAL (SELECT v.starts_at AT TIME ZONE i.zone AS wall OFFSET 0) AS l
