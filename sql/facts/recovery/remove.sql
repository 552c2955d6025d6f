-- Delete the previous recovery entries of the customers in touched_customer (index recovery_entry_customer).
DELETE FROM recovery_entry AS e
USING touched_customer AS t
WHERE e.customer_id = t.customer_id
