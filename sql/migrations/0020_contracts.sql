-- Contracts with partners, what they were at each time, and the periods that were sealed.

-- A contract, by the code that both sides call it.
CREATE TABLE contract (
  contract_id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code         text NOT NULL UNIQUE,
  created_at   timestamptz NOT NULL
);

-- What a contract says from the period on that begins on effective_from (or that this day lies in, for the first version). A period is settled by
-- the last version in effect on its first day. Versions are added and never altered.
CREATE TABLE contract_version (
  contract_id     integer NOT NULL REFERENCES contract,
  version         integer NOT NULL CHECK (version > 0),
  effective_from  date NOT NULL,
  document        jsonb NOT NULL,
  created_at      timestamptz NOT NULL,
  created_by      text NOT NULL,
  PRIMARY KEY (contract_id, version)
);

-- The statement of a period as it was on the day of sealing: canonical JSON (RFC 8785), of which the signatures speak.
CREATE TABLE contract_seal (
  contract_id  integer NOT NULL,
  first_day    date NOT NULL,
  end_day      date NOT NULL,
  version      integer NOT NULL,
  statement    text NOT NULL,
  sealed_at    timestamptz NOT NULL,
  sealed_by    text NOT NULL,
  PRIMARY KEY (contract_id, first_day),
  FOREIGN KEY (contract_id, version) REFERENCES contract_version,
  CHECK (first_day < end_day)
);

-- Neither versions nor seals are altered, by anybody, the owner included: as the audit log, they are not distributed, so triggers are no obstacle.
-- ALWAYS: they stand in front of replication roles as well.
CREATE FUNCTION contract_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER contract_stands BEFORE UPDATE OR DELETE ON contract FOR EACH ROW EXECUTE FUNCTION contract_stands();
CREATE TRIGGER contract_stays BEFORE TRUNCATE ON contract FOR EACH STATEMENT EXECUTE FUNCTION contract_stands();
CREATE TRIGGER contract_version_stands BEFORE UPDATE OR DELETE ON contract_version FOR EACH ROW EXECUTE FUNCTION contract_stands();
CREATE TRIGGER contract_version_stays BEFORE TRUNCATE ON contract_version FOR EACH STATEMENT EXECUTE FUNCTION contract_stands();
CREATE TRIGGER contract_seal_stands BEFORE UPDATE OR DELETE ON contract_seal FOR EACH ROW EXECUTE FUNCTION contract_stands();
CREATE TRIGGER contract_seal_stays BEFORE TRUNCATE ON contract_seal FOR EACH STATEMENT EXECUTE FUNCTION contract_stands();
ALTER TABLE contract ENABLE ALWAYS TRIGGER contract_stands, ENABLE ALWAYS TRIGGER contract_stays;
ALTER TABLE contract_version ENABLE ALWAYS TRIGGER contract_version_stands, ENABLE ALWAYS TRIGGER contract_version_stays;
ALTER TABLE contract_seal ENABLE ALWAYS TRIGGER contract_seal_stands, ENABLE ALWAYS TRIGGER contract_seal_stays;
