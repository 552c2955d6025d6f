-- Store the places of the new contacts, in the order of the index: random ids would touch its pages all over, one by
-- one.
INSERT INTO contact_place (source_id, contact_id, customer_id, day)
SELECT source_id, contact_id, customer_id, day
FROM ready_contact
WHERE status = 'new'
ORDER BY source_id, contact_id
