-- Who may ask: keys with what they may see, the secret that signs embed tokens, and the log of who changed what.

-- An API key. Of its secret a hash is kept; after a rotation the one before stays good until previous_until. Codes of a scope are as
-- written in the directory; NULL means no bound.
CREATE TABLE api_key (
  key_id            text PRIMARY KEY,
  name              text NOT NULL,
  role              text NOT NULL,
  digest            bytea NOT NULL,
  previous_digest   bytea,
  previous_until    timestamptz,
  partners          text[],
  sites             text[],
  segments          text[],
  channels          text[],
  teams             text[],
  metrics           text[],
  agent             text,
  origins           text[] NOT NULL DEFAULT '{}',
  requests_minute   integer CHECK (requests_minute > 0),
  concurrent        integer CHECK (concurrent > 0),
  cells_max         integer CHECK (cells_max > 0),
  created_at        timestamptz NOT NULL,
  created_by        text NOT NULL,
  expires_at        timestamptz,
  revoked_at        timestamptz,
  last_used_at      timestamptz
);

-- The secret that signs embed tokens: one for all processes, made by the first that needs it.
CREATE TABLE signing_secret (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  secret  bytea NOT NULL
);

-- Answers to requests that create something, kept for a day so that a repeated request gets the same one.
CREATE TABLE idempotency (
  caller      text NOT NULL,
  key         text NOT NULL,
  body_digest bytea NOT NULL,
  status      smallint,
  body        bytea,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);

-- Who changed what. Rows are added and never altered: the trigger stands in front of everyone, the owner included. Nothing of it is
-- distributed, so a trigger is no obstacle here.
CREATE TABLE audit (
  audit_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  who        text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}'
);
CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stands();
CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stands();
