-- What all loads share: locks on sites and on the horizon, and the partitions of months.

-- name: share_sites
-- Lock the sites' zones and tariffs against changes until the session is released: one transaction of a load computes a
-- contact's day, and a later one stores it. lock_sites is the counterpart.
SELECT pg_advisory_lock_shared(hashtext('cadran sites'))

-- name: lock_sites
-- Lock out loads of facts until the end of the transaction (share_sites is the counterpart): the effects of a new
-- zone or tariff would miss the contacts that are being stored.
SELECT pg_advisory_xact_lock(hashtext('cadran sites'))

-- name: make_months
-- Make the missing partitions of the tables $1 for the months $2.
SELECT pg_temp.make_month(t, m)
FROM unnest($1::text[]) AS t
CROSS JOIN unnest($2::date[]) AS m
ORDER BY m, t

-- name: lock_horizon
-- Lock the horizon for a move while no refresh computes with it, until the end of the transaction
-- (refresh.sql:share_horizon is the counterpart). A load marks the cases that it matures, and would miss one that is
-- just being counted as immature for the first time.
SELECT pg_advisory_xact_lock(hashtext('cadran horizon'))
