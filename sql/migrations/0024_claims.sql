-- Who holds an idempotency key while its request is under way, and whether anything was changed under it.

-- claim: of the request that works under the key; NULL where a version of the service that knew none made the row.
-- changed: set within the transaction that changes something, by whoever holds the claim, and by nobody else.
ALTER TABLE idempotency
  ADD COLUMN claim uuid,
  ADD COLUMN changed boolean NOT NULL DEFAULT false;
