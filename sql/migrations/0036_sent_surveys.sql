-- Relationship surveys count in response rates on the day on which they were sent, answered or not.

-- Relationship surveys with the local day and quarter-hour of their sending. counted_day is the day on which their answers count, by which
-- loads mark them.
CREATE VIEW sent_survey_fact AS
SELECT
  f.day AS counted_day,
  (f.sent_at AT TIME ZONE z.zone)::date AS day,
  (EXTRACT(hour FROM f.sent_at AT TIME ZONE z.zone) * 4 + floor(EXTRACT(minute FROM f.sent_at AT TIME ZONE z.zone) / 15))::smallint AS quarter,
  f.sent_at, f.answered_at, f.site_id, f.segment_id, f.channel_id, f.moment_id, f.reason_id, f.outbound, f.outcome_id, f.team_id, f.agent_id,
  f.instrument_id, f.hot, f.wait
FROM survey_fact AS f
JOIN site AS z ON z.site_id = f.site_id
WHERE NOT f.hot;
