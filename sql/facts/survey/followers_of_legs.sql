-- Copy the surveys that follow contacts whose legs the batch changes.
INSERT INTO ready_survey (
  source_id, survey_id, customer_id, site_id, segment_id, contact_source_id, contact_id, instrument_id, hot, sent_by, sent_at, answered_at, score,
  verbatim, called_back_at, team_id
)
SELECT
  s.source_id, s.survey_id, s.customer_id, s.site_id, s.segment_id, s.contact_source_id, s.contact_id, s.instrument_id, s.hot, s.sent_by, s.sent_at,
  s.answered_at, s.score, s.verbatim, s.called_back_at, CASE WHEN s.contact_id IS NULL THEN s.team_id END
FROM legged_contact AS r
JOIN survey_place AS p ON p.contact_source_id = r.source_id AND p.contact_id = r.contact_id
JOIN survey AS s ON s.source_id = p.source_id AND s.survey_id = p.survey_id AND s.customer_id = p.customer_id AND s.day = p.day
