-- What the customers in touched_customer left to be worked off, before it is worked out again (index recovery_entry_customer).
DELETE FROM recovery_entry AS e
USING touched_customer AS t
WHERE e.customer_id = t.customer_id
