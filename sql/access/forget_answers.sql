-- Answers older than a day are kept no longer (index idempotency_created).
DELETE FROM idempotency
WHERE created_at < now() - interval '24 hours'
