-- Remove the rows that equal the stored ones, so that they are neither rewritten nor marked.
DELETE FROM ready_contact AS r
USING contact AS c
WHERE r.status = 'replaced'
  AND r.leg_same
  AND c.source_id = r.source_id
  AND c.contact_id = r.contact_id
  AND c.customer_id = r.old_customer_id
  AND c.day = r.old_day
  AND (
    c.customer_id, c.day, c.quarter, c.offered_at, c.answered_at, c.ended_at, c.site_id, c.segment_id, c.channel_id, c.moment_id,
    c.reason_id, c.outbound, c.outcome_id, c.wait, c.talk, c.hold, c.acw, c.escalated, c.resolved, c.overflowed, c.cost, c.cost_given,
    c.revenue, c.transferred_to, c.parent_id, c.case_id, c.replies, c.reply_wait
  ) IS NOT DISTINCT FROM (
    r.customer_id, r.day, r.quarter, r.offered_at, r.answered_at, r.ended_at, r.site_id, r.segment_id, r.channel_id, r.moment_id,
    r.reason_id, r.outbound, r.outcome_id, r.wait, r.talk, r.hold, r.acw, r.escalated, r.resolved, r.overflowed, r.cost, r.cost_given,
    r.revenue, r.transferred_to, r.parent_id, r.case_id, r.replies, r.reply_wait
  )
