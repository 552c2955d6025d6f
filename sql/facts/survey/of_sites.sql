-- Copy the surveys of the sites $1 (codes), whose zone changed.
INSERT INTO ready_survey (
  source_id, survey_id, customer_id, site_id, segment_id, contact_source_id, contact_id, instrument_id, hot, sent_by, sent_at, answered_at, score,
  verbatim, called_back_at, team_id
)
SELECT
  s.source_id, s.survey_id, s.customer_id, s.site_id, s.segment_id, s.contact_source_id, s.contact_id, s.instrument_id, s.hot, s.sent_by, s.sent_at,
  s.answered_at, s.score, s.verbatim, s.called_back_at, CASE WHEN s.contact_id IS NULL THEN s.team_id END
FROM survey AS s
JOIN site AS i ON i.site_id = s.site_id
WHERE i.code = ANY ($1::text[])
