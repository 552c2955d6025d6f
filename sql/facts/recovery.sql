-- Recovery entries: the steps of their computation.

-- name: fresh
-- Derive the present recovery entries of the customers in touched_customer (indexes contact_customer,
-- callback_customer). An array reaches into both parts of the view; a join would look up all promises of all customers.
CREATE TEMPORARY TABLE fresh_entry ON COMMIT DROP AS
SELECT f.*
FROM recovery_fact AS f
WHERE f.customer_id = ANY ((SELECT array_agg(t.customer_id ORDER BY t.customer_id) FROM touched_customer AS t)::bigint[])

-- name: mark
-- Mark the days of the entries that are new, gone or changed. No rollup is computed from them, but cached answers about
-- them must expire.
INSERT INTO dirty_day (site_id, day, change)
WITH kept AS (
  SELECT e.* FROM recovery_entry AS e JOIN touched_customer AS t ON t.customer_id = e.customer_id
)
SELECT DISTINCT d.site_id, d.day, 'recovery'
FROM (
  (SELECT f.* FROM fresh_entry AS f EXCEPT ALL SELECT k.* FROM kept AS k)
  UNION ALL
  (SELECT k.* FROM kept AS k EXCEPT ALL SELECT f.* FROM fresh_entry AS f)
) AS d

-- name: remove
-- Delete the previous recovery entries of the customers in touched_customer (index recovery_entry_customer).
DELETE FROM recovery_entry AS e
USING touched_customer AS t
WHERE e.customer_id = t.customer_id

-- name: insert
-- Insert the present recovery entries.
INSERT INTO recovery_entry
SELECT f.* FROM fresh_entry AS f

-- name: differing
-- Find the customers whose stored recovery entries differ from the facts. Customers that wait for the refresh are left
-- out.
SELECT DISTINCT d.customer_id, d.opened_at
FROM (
  (SELECT f.* FROM recovery_fact AS f EXCEPT ALL SELECT e.* FROM recovery_entry AS e)
  UNION ALL
  (SELECT e.* FROM recovery_entry AS e EXCEPT ALL SELECT f.* FROM recovery_fact AS f)
) AS d
WHERE NOT EXISTS (SELECT FROM dirty_customer AS m WHERE m.customer_id = d.customer_id)
ORDER BY 1, 2
