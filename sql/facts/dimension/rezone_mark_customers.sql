-- Mark the customers of the moved contacts, because a case has the day of its first contact.
INSERT INTO dirty_customer (customer_id)
SELECT DISTINCT customer_id FROM moved_contact WHERE customer_id <> 0
