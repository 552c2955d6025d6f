-- Count the new rows and the rows that replace others. Return the last offer, the last known instant (without ends in
-- the future), and the months that the rows need.
SELECT
  count(*) FILTER (WHERE status = 'new') AS loaded,
  count(*) FILTER (WHERE status = 'replaced') AS replaced,
  count(*) FILTER (WHERE customer_id <> 0 OR old_customer_id <> 0) AS identified,
  count(*) FILTER (WHERE several) AS several,
  max(offered_at) AS horizon,
  max(greatest(
    offered_at,
    CASE WHEN answered_at <= clock_timestamp() THEN answered_at END,
    CASE WHEN ended_at <= clock_timestamp() THEN ended_at END
  )) AS seen,
  coalesce(array_agg(DISTINCT date_trunc('month', day)::date), '{}') AS months
FROM ready_contact
