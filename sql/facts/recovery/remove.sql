-- What the customers in touched_customer had left to be worked off (index recovery_entry_customer).
DELETE FROM recovery_entry AS e
USING touched_customer AS t
WHERE e.customer_id = t.customer_id
