-- Grant what the readers may read besides the rollups and the facts behind their walls (compiler/wall.py). Tables with
-- a site or a team are under row-level security. Tables without are granted as a whole, for the reasons in
-- sql/README.md.
GRANT USAGE ON SCHEMA public, rollup, across, walled TO cadran_reader;
GRANT SELECT ON site, team, budget, goodwill, open_span TO cadran_reader;
GRANT SELECT ON customer, customer_value, customer_segment_span, source, instrument, data_state, live_state TO cadran_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA across TO cadran_reader;

GRANT USAGE ON SCHEMA public, rollup, across, walled_team TO cadran_team_reader;
GRANT SELECT ON site, team TO cadran_team_reader;
GRANT SELECT ON source, instrument, data_state, live_state, across.worked_shift, across.taken_quarter, across.taken_fact, across.agent_state, across.queue_assignment TO cadran_team_reader;

-- No table without a queue is granted to readers of queues, but for what their statements join to the facts.
GRANT USAGE ON SCHEMA public, rollup, across, walled_queue TO cadran_queue_reader;
GRANT USAGE ON SCHEMA public, rollup, across, walled_site_queue TO cadran_site_queue_reader;
GRANT SELECT ON site, open_span, customer, customer_value, customer_segment_span, source, instrument, data_state, live_state TO cadran_queue_reader, cadran_site_queue_reader;
GRANT SELECT ON across.contact_fact, across.survey, across.survey_fact, across.leg, across.agent_state, across.queue_assignment, across.contact_month TO cadran_queue_reader, cadran_site_queue_reader;

GRANT USAGE ON SCHEMA public, rollup, across, walled_team_queue TO cadran_team_queue_reader;
GRANT SELECT ON site, source, instrument, data_state, live_state, across.agent_state, across.queue_assignment TO cadran_team_queue_reader;
