-- Mark the customers whose cases have the agent of a changed contact.
INSERT INTO dirty_customer (customer_id)
SELECT DISTINCT customer_id FROM legged_contact WHERE customer_id <> 0
