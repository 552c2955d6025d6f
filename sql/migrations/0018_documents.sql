-- Trusted documents: the GraphQL documents that keys may be bound to, each under the hash of its text; and the keys that are bound to them.
CREATE TABLE graphql_document (
  document_id  text PRIMARY KEY CHECK (document_id ~ '^sha256:[0-9a-f]{64}$'),
  text         text NOT NULL,
  created_at   timestamptz NOT NULL,
  created_by   text NOT NULL
);

ALTER TABLE api_key ADD COLUMN documents_only boolean NOT NULL DEFAULT false;
