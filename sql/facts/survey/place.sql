-- Complete the surveys as they will be stored: with the data of their contact, the team and agent of its first leg, and
-- the day on which they count.
INSERT INTO placed_survey (
  source_id, survey_id, customer_id, day, quarter, counted_at, contact_source_id, contact_id, instrument_id, hot, sent_by, sent_at, answered_at,
  score, verbatim, site_id, segment_id, channel_id, moment_id, reason_id, outbound, outcome_id, team_id, agent_id,
  called_back_at, wait
)
SELECT
  v.source_id, v.survey_id, v.customer_id, l.wall::date,
  (date_part('hour', l.wall) * 4 + floor(date_part('minute', l.wall) / 15))::smallint,
  v.counted_at, v.contact_source_id, v.contact_id, v.instrument_id, v.hot, v.sent_by, v.sent_at, v.answered_at, v.score, v.verbatim,
  v.site_id, v.segment_id, v.channel_id, v.moment_id, v.reason_id, v.outbound, v.outcome_id, v.team_id, v.agent_id,
  v.called_back_at, v.wait
FROM (
  SELECT
    r.source_id, r.survey_id, r.contact_source_id, r.contact_id, r.instrument_id, r.hot, r.sent_by, r.sent_at, r.answered_at, r.score, r.verbatim,
    CASE WHEN r.hot THEN c.offered_at ELSE coalesce(r.answered_at, r.sent_at) END AS counted_at,
    coalesce(c.customer_id, r.customer_id) AS customer_id, coalesce(c.site_id, r.site_id) AS site_id,
    coalesce(c.segment_id, r.segment_id) AS segment_id, coalesce(c.channel_id, 0) AS channel_id, coalesce(c.moment_id, 0) AS moment_id,
    coalesce(c.reason_id, 0) AS reason_id, coalesce(c.outbound, false) AS outbound, coalesce(c.outcome_id, 0) AS outcome_id,
    coalesce(g.team_id, r.team_id, 0) AS team_id, coalesce(g.agent_id, 0) AS agent_id,
    r.called_back_at, c.wait
  FROM ready_survey AS r
  LEFT JOIN contact_place AS p ON p.source_id = r.contact_source_id AND p.contact_id = r.contact_id
  LEFT JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day
  LEFT JOIN leg AS g
    ON g.source_id = c.source_id AND g.contact_id = c.contact_id AND g.customer_id = c.customer_id AND g.day = c.day AND g.first_of_contact
) AS v
JOIN site AS i ON i.site_id = v.site_id
CROSS JOIN LATERAL (SELECT v.counted_at AT TIME ZONE i.zone AS wall OFFSET 0) AS l
