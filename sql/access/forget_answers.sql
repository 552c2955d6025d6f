-- Delete the stored answers that are older than a day (index idempotency_created).
DELETE FROM idempotency
WHERE created_at < now() - interval '24 hours'
