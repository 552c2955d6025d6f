-- Where the new contacts are kept.
INSERT INTO contact_place (source_id, contact_id, customer_id, day)
SELECT source_id, contact_id, customer_id, day
FROM ready_contact
WHERE status = 'new'
