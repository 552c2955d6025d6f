-- What is to be worked off, kept: recovery_fact as the refresh of its customers last found it, so that no question has to look up when each
-- customer was reached.
CREATE TABLE recovery_entry (
  customer_id  bigint NOT NULL,
  day          date NOT NULL,
  quarter      smallint NOT NULL,
  site_id      smallint NOT NULL,
  segment_id   smallint NOT NULL,
  channel_id   smallint NOT NULL,
  moment_id    smallint NOT NULL,
  reason_id    integer NOT NULL,
  opened_at    timestamptz NOT NULL,
  reached_at   timestamptz,
  promised     boolean NOT NULL,
  due_at       timestamptz,
  request      text NOT NULL
);
INSERT INTO recovery_entry SELECT f.* FROM recovery_fact AS f;
-- What is open at an instant.
CREATE INDEX recovery_entry_opened ON recovery_entry (opened_at);
-- Refresh of a customer.
CREATE INDEX recovery_entry_customer ON recovery_entry (customer_id);
