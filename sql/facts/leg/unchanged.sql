-- Remove the legs that equal the stored ones, so that they are neither rewritten nor marked.
DELETE FROM ready_leg AS r
USING leg AS l
WHERE l.source_id = r.source_id
  AND l.contact_id = r.contact_id
  AND l.leg_number = r.leg_number
  AND l.customer_id = r.customer_id
  AND l.day = r.day
  AND (l.started_at, l.site_id, l.team_id, l.agent_id, l.talk, l.hold, l.acw) IS NOT DISTINCT FROM (
    r.started_at, r.site_id, r.team_id, r.agent_id, r.talk::numeric(11, 3), r.hold::numeric(11, 3), r.acw::numeric(11, 3)
  )
