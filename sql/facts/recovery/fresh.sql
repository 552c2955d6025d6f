-- Derive the present recovery entries of the customers in touched_customer, customer by customer (indexes
-- contact_customer, callback_customer): a join would look up all promises of all customers.
CREATE TEMPORARY TABLE fresh_entry ON COMMIT DROP AS
SELECT f.*
FROM touched_customer AS t
CROSS JOIN LATERAL (SELECT r.* FROM recovery_fact AS r WHERE r.customer_id = t.customer_id OFFSET 0) AS f
