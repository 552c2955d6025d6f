-- Mark the customers whose cases may change: those of the rows, and those that the rows belonged to before.
INSERT INTO dirty_customer (customer_id)
SELECT customer_id FROM ready_contact WHERE customer_id <> 0
UNION
SELECT old_customer_id FROM ready_contact WHERE old_customer_id <> 0
