-- The cases of the moved contacts' customers have the day of their first contact.
INSERT INTO dirty_customer (customer_id)
SELECT DISTINCT customer_id FROM moved_contact WHERE customer_id <> 0
